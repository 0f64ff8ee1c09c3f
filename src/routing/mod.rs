//! The router: which of the models there are is right for a task, and why.
