//! How is a password stored? Django's hashers, their formats and costs.
