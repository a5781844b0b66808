//! How do the pages look? Templates under Django's names, escaped by themselves (rule S87).

use djauth_runtime::{ImproperlyConfigured, Result};
use minijinja::{Environment, value::Serde};
use serde::Serialize;

/// Every template that ships.
const TEMPLATES: [(&str, &str); 4] = [
    ("base.html", include_str!("base.html")),
    ("registration/login.html", include_str!("registration/login.html")),
    ("registration/logged_out.html", include_str!("registration/logged_out.html")),
    ("registration/setup.html", include_str!("registration/setup.html")),
];

/// The pages of a site.
pub(crate) struct Templates(Environment<'static>);

impl Templates {
    pub(crate) fn new() -> Self {
        let mut environment = Environment::new();
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).expect("a template of ours is well formed");
        }
        Self(environment)
    }

    /// Renders a page.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] if the template asks for what the context does not have.
    pub(crate) fn render(&self, name: &str, context: impl Serialize) -> Result<String> {
        let rendered = self.0.get_template(name).and_then(|template| template.render(Serde(context)));
        rendered.map_err(|error| {
            ImproperlyConfigured::new(format!("the template `{name}` cannot be rendered: {error:#}")).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s87_what_is_printed_into_a_page_is_escaped() {
        let hostile = "\"><script>alert('x')</script>";
        let context = minijinja::context! { title => hostile, login_url => hostile };
        let page = Templates::new().render("registration/logged_out.html", context).expect("a page");
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
        assert!(!page.contains("\"\">"), "{page}");
    }
}
