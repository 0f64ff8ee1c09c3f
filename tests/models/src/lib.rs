//! Small llama models that are built, not trained.
//!
//! A demo and its tests need models that are *real* (a real engine loads and runs them), *legal* (no download,
//! no licence), *sensible* (a person reads the answers) and *deterministic* (a test compares them). Training
//! gives none of that cheaply. Setting the weights by hand gives all four.
//!
//! # The trick, from zero
//!
//! A language model of the llama kind turns the text into numbered tokens, and then, for the last token:
//!
//! 1. looks its number up in a table of vectors (`token_embd`): one row of numbers for each token;
//! 2. lets each block add something to that vector: first attention, which brings in news from earlier tokens,
//!    then a feed-forward net;
//! 3. scales it to a fixed length (the norm) and multiplies it by the matrix `output`: one score for each token
//!    of the vocabulary. The token with the highest score is said next, and becomes the last token.
//!
//! We choose the vectors so that nothing is left to chance:
//!
//! - The row of token *t* in `token_embd` is 1 at place *t* and 0 elsewhere ("one-hot"), so a vector is as long
//!   as the vocabulary and says only which token it was.
//! - What attention and the feed-forward net compute is multiplied by a last matrix of zeros (`attn_output`,
//!   `ffn_down`). They run, and add nothing: the vector stays one-hot.
//! - `output[next][current]` is positive for the one `next` we want after `current`, and zero for all others.
//!   The matrix is simply a table: *after this word comes that word*. The wanted token leads by more than a
//!   hundred points, so it wins at any usual temperature.
//!
//! A sentence is then a chain through the table that ends at `</s>`, the token that ends an answer.
//!
//! # Which sentence
//!
//! A table cannot look back at the question, but the chat template can: it is a little program (Jinja) inside the
//! model file that turns the messages into text. Ours looks for keywords in the latest message and ends the
//! prompt with a token of the topic it found, such as `<|topic_joke|>`; the chain of that topic starts there.
//! See [`template`] and [`personas`].
//!
//! One token has one successor, so no token may appear twice. Where a word repeats, [`vocabulary`] makes a longer
//! token of it and its neighbour.
//!
//! # Why the unused weights are noise
//!
//! They give the file its size, so that a download is worth watching, and noise makes every place of the file
//! different: a download that resumes at the wrong offset inside a sea of zeros would still match its digest.
//!
//! # What is here
//!
//! [`demo_models`] are the three models of the demo, [`tiny`] is a random model of 320 kB for engine tests,
//! [`broken`] are files that look like models and are not.

pub mod broken;
pub mod gguf;
pub mod manifest;
pub mod noise;
pub mod personas;
pub mod speaker;
pub mod template;
pub mod tiny;
pub mod vocabulary;

pub use manifest::write_demo;
pub use personas::{Persona, demo_models};
