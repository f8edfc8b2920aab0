//! What people and feeds do, one action per file. The only room where the others meet.
