//! How does a reset link prove itself? Django's `PasswordResetTokenGenerator` and `uidb64`.
