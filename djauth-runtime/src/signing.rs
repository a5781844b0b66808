//! How is a value signed? `Signer`, `TimestampSigner`, `dumps` and `loads` of `django.core.signing`.
