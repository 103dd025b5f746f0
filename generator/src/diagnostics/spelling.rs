//! Corrections of misspelt words.

/// Returns the candidate that a misspelt word was probably meant to be.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.to_lowercase().chars().collect();
    let tolerated = (letters.len() / 3).clamp(1, 3);
    let near = candidates.into_iter().filter_map(|candidate| {
        let other: Vec<char> = candidate.to_lowercase().chars().collect();
        let distance = distance(&letters, &other);
        (distance <= tolerated && candidate != word).then_some((distance, candidate))
    });
    near.min().map(|(_, candidate)| candidate)
}

/// Returns the help for an unknown name.
pub(crate) fn correction<'n>(name: Option<&str>, known: impl Iterator<Item = &'n str>, otherwise: &str) -> String {
    let meant = name.and_then(|name| closest(name, known));
    meant.map_or_else(|| format!("{otherwise}, or correct its name"), |meant| format!("did you mean `{meant}`?"))
}

/// Returns the Damerau–Levenshtein distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let exchanged = above[j] + usize::from(x != y);
            let mut best = exchanged.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_the_one_that_was_meant() {
        let words = ["maxLength", "minLength", "maximum", "required"];
        assert_eq!(closest("maxLenght", words), Some("maxLength"));
        assert_eq!(closest("requierd", words), Some("required"));
        assert_eq!(closest("Required", words), Some("required"));
        assert_eq!(closest("pattern", words), None);
        assert_eq!(closest("", words), None);
    }
}
