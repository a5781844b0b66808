//! Does this form come from our own page? Django's CSRF secrets, masks, and Origin and Referer checks.
