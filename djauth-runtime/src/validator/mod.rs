//! Which passwords may be chosen? Django's password validators.
