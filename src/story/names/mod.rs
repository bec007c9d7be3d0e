//! Who has a name: proper names of both languages, before anybody is told apart.

pub mod chinese;
pub mod english;
pub mod given;
