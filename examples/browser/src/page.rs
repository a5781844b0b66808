//! What came back, and the form in it.

use crate::Answer;

/// What came back.
#[derive(Debug)]
pub struct Page {
    /// The path that was asked for.
    pub path: String,
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
    headers: Vec<(String, String)>,
}

impl Page {
    pub(crate) fn read(path: &str, mut answer: Answer) -> Self {
        let headers = answer.headers().iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Self {
            path: path.to_owned(),
            status: answer.status().as_u16(),
            headers: headers.collect(),
            body: answer.body_mut().read_to_string().expect("a readable body"),
        }
    }

    /// Returns a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns whether this is no page but a way to the login page, and from there back to this one.
    #[must_use]
    pub fn asks_to_log_in(&self) -> bool {
        let way = format!("/accounts/login/?next={}", self.path);
        self.status == 303 && self.location() == Some(&way)
    }

    /// Returns where the page sends the browser.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// Returns the page's form that is posted.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn form(&self) -> Form {
        let forms = self.body.split("<form").skip(1);
        let form = forms.filter_map(|form| form.split("</form>").next()).find(|form| {
            let tag = form.split('>').next().unwrap_or_default();
            attribute(tag, "method").is_some_and(|method| method.eq_ignore_ascii_case("post"))
        });
        let form = form.unwrap_or_else(|| panic!("no form in {self:?}"));
        let action = form.split('>').next().and_then(|tag| attribute(tag, "action"));
        let inputs = form.split("<input").skip(1).filter_map(|input| input.split('>').next());
        let fields = inputs.filter_map(|input| {
            Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
        });
        Form {
            action: action.filter(|action| !action.is_empty()).unwrap_or_else(|| self.path.clone()),
            fields: fields.collect(),
        }
    }
}

/// A form that is posted.
#[derive(Debug)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Its inputs, by name.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Fills in fields.
    ///
    /// # Panics
    /// If the form has no such field.
    #[must_use]
    pub fn filled(mut self, fields: &[(&str, &str)]) -> Self {
        for (name, value) in fields {
            let field = self.fields.iter_mut().find(|(known, _)| known == name);
            let (_, old) = field.unwrap_or_else(|| panic!("no field `{name}`"));
            *old = (*value).to_owned();
        }
        self
    }
}

/// Reads an attribute of a tag; its value may stand in either quotes or in none.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!(" {name}="))?;
    let value = &tag[at + name.len() + 2..];
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let value = match quote {
        Some(quote) => value[1..].split(quote).next(),
        None => value.split([' ', '/']).next(),
    };
    Some(unescape(value?))
}

fn unescape(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_sent_and_the_others_filled_in() {
        let page = Page {
            path: "/here/".to_owned(),
            status: 200,
            headers: Vec::new(),
            body:
                r#"<form method="get"></form><form method="post" action=""><input type="hidden" name="token"
                value="a&amp;b"><input name='username' required></form>"#
                    .to_owned(),
        };
        let form = page.form().filled(&[("username", "ann")]);
        assert_eq!(form.action, "/here/");
        let expected = [("token", "a&b"), ("username", "ann")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(form.fields, expected);
    }
}
