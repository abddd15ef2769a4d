//! Every message: its words, the token it points at, and that the item survives.
