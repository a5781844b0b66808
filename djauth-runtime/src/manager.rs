//! How are users made? Django's `UserManager`.
