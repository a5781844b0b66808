//! What is wrong with a form.

use djauth_runtime::validator::ValidationError;

/// What is wrong with a form (Django's `form.errors`), in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormErrors(Vec<(Option<&'static str>, ValidationError)>);

impl FormErrors {
    /// Makes the errors of a form that is wrong as a whole (Django's `__all__`).
    #[must_use]
    pub fn of_form(error: ValidationError) -> Self {
        Self(vec![(None, error)])
    }

    /// Adds the error of one field.
    pub fn add(&mut self, field: &'static str, error: ValidationError) {
        self.0.push((Some(field), error));
    }

    /// Returns whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the errors of one field.
    pub fn field(&self, name: &str) -> impl Iterator<Item = &ValidationError> {
        self.0.iter().filter(move |(field, _)| *field == Some(name)).map(|(_, error)| error)
    }

    /// Returns the errors that belong to no field (Django's `non_field_errors`).
    pub fn non_field(&self) -> impl Iterator<Item = &ValidationError> {
        self.0.iter().filter(|(field, _)| field.is_none()).map(|(_, error)| error)
    }
}
