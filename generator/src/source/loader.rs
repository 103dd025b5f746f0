//! The files beside a document.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// The most files that a document may refer to.
const MOST: usize = 10_000;

/// A text and the name it goes by.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no loader.
    NoLoader,
    /// It is somewhere in a network.
    Network,
    /// Its path begins at a root, or leads out of the document's folder.
    Outside,
    /// There are too many.
    TooMany,
    /// It was tried.
    Failed(String),
}

type Load = dyn Fn(&str) -> io::Result<String> + Send + Sync;

/// How files are read, and those that have been.
pub(super) struct Files {
    load: Box<Load>,
    read: Mutex<Read>,
}

#[derive(Default)]
struct Read {
    files: Vec<Arc<File>>,
    /// The path of each file in the document's folder, in the order of their numbers.
    paths: Vec<String>,
    numbers: HashMap<String, Result<usize, String>>,
}

impl Files {
    pub(super) fn new(load: impl Fn(&str) -> io::Result<String> + Send + Sync + 'static) -> Self {
        Self { load: Box::new(load), read: Mutex::default() }
    }

    pub(super) fn loaded(&self) -> Vec<Arc<File>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).files.clone()
    }

    fn path(&self, number: usize) -> Option<String> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).paths.get(number).cloned()
    }

    /// Returns the number of the file at a path.
    fn number(&self, path: &str, folder: &str) -> Result<usize, Refusal> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read.numbers.get(path) {
            return known.clone().map_err(Refusal::Failed);
        }
        if read.files.len() == MOST {
            return Err(Refusal::TooMany);
        }
        match (self.load)(path) {
            Ok(text) => {
                let number = read.files.len();
                read.files.push(Arc::new(File { name: format!("{folder}{path}"), text }));
                read.paths.push(path.to_owned());
                read.numbers.insert(path.to_owned(), Ok(number));
                Ok(number)
            }
            Err(error) => {
                read.numbers.insert(path.to_owned(), Err(error.to_string()));
                Err(Refusal::Failed(error.to_string()))
            }
        }
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.loaded()).finish()
    }
}

/// Returns the number of the file that a reference leads to; `None` if it is the document itself.
pub(super) fn refer(
    document: &str,
    files: Option<&Files>,
    path: &str,
    from: Option<usize>,
) -> Result<Option<usize>, Refusal> {
    if is_url(path) {
        return Err(Refusal::Network);
    }
    let (folder, own) = document.rfind(['/', '\\']).map_or(("", document), |end| document.split_at(end + 1));
    let above = from.and_then(|number| files?.path(number));
    let path = resolve(above.as_deref().unwrap_or_default(), path).ok_or(Refusal::Outside)?;
    if path == own {
        return Ok(None);
    }
    files.ok_or(Refusal::NoLoader)?.number(&path, folder).map(Some)
}

/// Returns whether it begins with a scheme, such as `https:`, or with the two slashes behind one.
fn is_url(path: &str) -> bool {
    let scheme = path.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = |scheme: &str| scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    path.starts_with("//") || scheme.is_some_and(is_scheme)
}

/// Returns a path beside another one; `None` if it leads out of the folder both are in.
fn resolve(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut steps: Vec<&str> = from.split('/').collect();
    steps.pop();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()?),
            step => steps.push(step),
        }
    }
    (!steps.is_empty()).then(|| steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        assert_eq!(resolve("", "a.yaml").as_deref(), Some("a.yaml"));
        assert_eq!(resolve("b/c.yaml", "./a.yaml").as_deref(), Some("b/a.yaml"));
        assert_eq!(resolve("b/c.yaml", "../d//a.yaml").as_deref(), Some("d/a.yaml"));
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in ["../a.yaml", "/a.yaml", "b/../../a.yaml", "..", ".", "b\\a.yaml", "c:a.yaml", "a\0"] {
            assert_eq!(resolve("", path), None, "{path}");
        }
        assert_eq!(resolve("b/c.yaml", "../../a.yaml"), None);
    }

    #[test]
    fn the_network_is_out_of_reach() {
        for path in ["https://example.com/a.yaml", "//example.com/a.yaml", "file:///a.yaml", "http:a"] {
            assert_eq!(refer("api.yaml", None, path, None), Err(Refusal::Network), "{path}");
        }
        assert_eq!(refer("api.yaml", None, "a.yaml", None), Err(Refusal::NoLoader));
        assert_eq!(refer("spec/api.yaml", None, "api.yaml", None), Ok(None));
    }

    #[test]
    fn a_file_is_read_once() {
        let files = Files::new(|path| match path {
            "a.yaml" => Ok("a: 1".to_owned()),
            _ => Err(io::Error::new(io::ErrorKind::NotFound, "not there")),
        });
        assert_eq!(refer("spec/api.yaml", Some(&files), "a.yaml", None), Ok(Some(0)));
        assert_eq!(refer("spec/api.yaml", Some(&files), "./a.yaml", Some(0)), Ok(Some(0)));
        let failed = Err(Refusal::Failed("not there".to_owned()));
        assert_eq!(refer("spec/api.yaml", Some(&files), "b.yaml", None), failed);
        assert_eq!(refer("spec/api.yaml", Some(&files), "b.yaml", None), failed);
        assert_eq!(files.loaded()[0].name, "spec/a.yaml");
    }
}
