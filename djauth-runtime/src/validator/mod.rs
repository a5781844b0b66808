//! Which passwords may be chosen? Django's password validators.

mod error;

pub use error::ValidationError;
