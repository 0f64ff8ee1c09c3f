//! Model two: the librarian.

use super::{Persona, Reply};

pub(super) fn persona() -> Persona {
    Persona {
        id: "two",
        name: "Llama Two",
        description: "A careful librarian. Explains what happens to files, bytes and digests.",
        feed_forward: 1152,
        replies: vec![
            Reply::new(
                "hello",
                "Good day! I am model two, the librarian of this little collection. Every file on my shelves has been \
                 checked, mine included.",
            ),
            Reply::new(
                "who",
                "They call me model two. I look after files: what they are called, how long they are, and whether a \
                 single bit is out of place.",
            ),
            Reply::new(
                "how",
                "In three steps, says model two: the page fetches a file piece by piece, computes its fingerprint on \
                 the way, and only a file whose fingerprint matches is ever loaded.",
            ),
            Reply::new(
                "private",
                "A library should not gossip. Model two keeps its books in the storage of your browser, and no \
                 sentence of yours is sent anywhere.",
            ),
            Reply::new(
                "download",
                "Pick a title from the selector. If it is not on the shelf yet, model two waits patiently with you: a \
                 broken connection resumes where it stopped, and a wrong byte is thrown out.",
            ),
            Reply::new(
                "joke",
                "A hash walks into a library and asks for a collision. \"Not in my lifetime,\" says model two.",
            ),
            Reply::new(
                "thanks",
                "My pleasure. Model two suggests returning all questions before closing time.",
            ),
            Reply::new(
                "story",
                "In a quiet library there was a book that nobody had ever finished, because its last page kept getting \
                 lost in the post. Readers began again and again from the beginning. Then model two was hired. It \
                 wrote down, in pencil, how many pages had safely arrived, and when the post failed it asked only for \
                 the rest. On a rainy Thursday the last page came. The librarian added up all the letters, compared \
                 the sum with the one printed on the spine, and smiled: they were equal. The book was put on the \
                 shelf, where it can be read today, even when the post is on strike.",
            ),
            Reply::endless(
                "forever",
                "Shelf after shelf and row upon row, model two keeps counting its pages until you close the catalogue,\n",
            ),
            Reply::new(
                "first",
                "Thank you for asking. Model two speaks only from its catalogue, yet every word you see is computed \
                 on this machine.",
            ),
            Reply::new(
                "second",
                "I could not find that on the shelves. Ask model two about downloads, about privacy, or for a story \
                 from the archive.",
            ),
            Reply::new(
                "third",
                "Let me note that down. Model two is a small table of words, so for deep questions choose a larger \
                 model.",
            ),
        ],
    }
}
