//! Minimizes a document that shows a violation.

use super::seeds::Form;
use super::tree::{count, delete, from_the_top};

/// Deletes from a mutant what the violation does not need, as long as there is time. `is_same` says whether a smaller one still
/// shows it, or `None` when there is no more time.
pub(super) fn minimize(form: Form, mut is_same: impl FnMut(&Form) -> Option<bool>) -> Form {
    match form {
        Form::Tree(..) => minimize_tree(form, &mut is_same),
        Form::Text(text) => Form::Text(minimize_text(text, &mut is_same)),
    }
}

fn minimize_tree(mut form: Form, is_same: &mut impl FnMut(&Form) -> Option<bool>) -> Form {
    loop {
        let Form::Tree(tree, spelling) = &form else { return form };
        let spelling = *spelling;
        let before = count(tree);
        let ways = from_the_top(tree);
        for way in ways {
            let Form::Tree(tree, _) = &form else { return form };
            let mut smaller = tree.clone();
            if !delete(&mut smaller, &way) {
                continue;
            }
            let smaller = Form::Tree(smaller, spelling);
            match is_same(&smaller) {
                Some(true) => form = smaller,
                Some(false) => {}
                None => return form,
            }
        }
        let Form::Tree(tree, _) = &form else { return form };
        if count(tree) == before {
            return form;
        }
    }
}

/// Deletes lines, or letters where there is one line only: many at a time, then ever fewer.
fn minimize_text(text: String, is_same: &mut impl FnMut(&Form) -> Option<bool>) -> String {
    let mut parts: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if parts.len() < 2 {
        parts = text.chars().map(String::from).collect();
    }
    let mut size = parts.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < parts.len() {
            let end = (at + size).min(parts.len());
            let smaller = [&parts[..at], &parts[end..]].concat();
            match is_same(&Form::Text(smaller.concat())) {
                Some(true) => parts = smaller,
                Some(false) => at = end,
                None => return parts.concat(),
            }
        }
        size /= 2;
    }
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::super::seeds::Spelling;
    use super::*;

    #[test]
    fn what_the_trouble_does_not_need_is_deleted() {
        let tree = serde_yaml::from_str("a: {b: [1, {bad: 1}, 2], c: x}\nd: {e: bad}\nf: 1\n").unwrap();
        let is_same = |form: &Form| Some(form.text().is_some_and(|text| text.contains("bad: 1")));
        let minimal = minimize(Form::Tree(tree, Spelling::Yaml), is_same);
        assert_eq!(minimal.text().unwrap(), "a:\n  b:\n  - bad: 1\n");
    }

    #[test]
    fn a_text_loses_its_lines() {
        let text = (0..100).map(|number| format!("line {number}\n")).collect();
        let is_same = |form: &Form| Some(form.text().is_some_and(|text| text.contains("line 42\n")));
        assert_eq!(minimize(Form::Text(text), is_same), Form::Text("line 42\n".to_owned()));
        let is_same = |form: &Form| Some(form.text().is_some_and(|text| text.contains('x')));
        assert_eq!(minimize(Form::Text("aaxaaaa".to_owned()), is_same), Form::Text("x".to_owned()));
    }

    #[test]
    fn it_ends_with_its_time() {
        let mut left = 2;
        let is_same = |_: &Form| {
            left -= 1;
            (left >= 0).then_some(true)
        };
        assert_eq!(minimize(Form::Text("a\nb\nc\nd\n".to_owned()), is_same), Form::Text(String::new()));
    }
}
