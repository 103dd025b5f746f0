//! Surfaces of small crates.

use super::*;

fn files(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// Returns the lines with one blank between columns.
fn lines(surface: &Surface) -> Vec<String> {
    let lines = surface.lines().iter();
    lines.map(|Line { kind, path, signature, .. }| format!("{kind} {path} {signature}").trim_end().to_owned()).collect()
}

fn lines_of(own: &[(&str, &str)]) -> Vec<String> {
    lines(&Surface::of(&files(own)))
}

#[test]
fn a_crate_is_listed_under_the_paths_its_users_write() {
    let found = lines_of(&[
        (
            "lib.rs",
            "mod client; pub mod models; pub use client::Client; pub use client::Builder as Maker; pub use other::{Date, Map as Dictionary};
             pub const LIMIT: usize = 3; fn private() {}",
        ),
        (
            "client.rs",
            "use crate::models::Order;
             #[derive(Clone, Debug)] pub struct Client { pub(crate) core: u8 }
             pub struct Builder; pub struct Hidden;
             impl Client { pub fn order(&self, id: impl AsRef<str>, orders: &[Order]) -> Call { self.call() } fn inner(&self) {} }
             impl Hidden { pub fn no(&self) {} }
             pub type Alias<T> = Result<T, u8>;",
        ),
        ("models/mod.rs", "mod order; mod status; pub use order::Order; pub use status::*;"),
        (
            "models/order.rs",
            "use super::Status;
             #[non_exhaustive] #[derive(Clone)] pub struct Order { pub id: Option<String>, extra: u8 }
             impl IntoFuture for Order { type Output = Result<Vec<u8>, Error>; type IntoFuture = F; fn into_future(self) -> F { f() } }
             impl From<Status> for Order { fn from(s: Status) -> Self { s.into() } }
             rt::object!(Order);",
        ),
        (
            "models/status.rs",
            "#[non_exhaustive] pub enum Status { Open = 1, Unknown(Value), Named { a: u8 } }
             impl Status { pub fn very_long_name_of_a_method(&self, first_argument: impl Into<String>, second_argument: Option<&'static str>) -> Self { x } }
             #[cfg(test)] mod tests { pub struct T; }",
        ),
    ]);
    let expected = [
        "struct Client { .. }",
        "fn Client::order (&self, id: impl AsRef<str>, orders: &[models::Order]) -> Call",
        "impl Client Clone",
        "impl Client Debug",
        "use Date = other::Date",
        "use Dictionary = other::Map",
        "const LIMIT usize",
        "struct Maker",
        "mod models",
        "struct models::Order { .. }  #[non_exhaustive]",
        "field models::Order::id Option<String>",
        "impl models::Order Clone",
        "impl models::Order From<models::Status>",
        "impl models::Order IntoFuture { Output = Result<Vec<u8>, Error>, IntoFuture = F }",
        "impl models::Order rt::object!",
        "enum models::Status #[non_exhaustive]",
        "variant models::Status::Named {}",
        "field models::Status::Named::a u8",
        "variant models::Status::Open = 1",
        "variant models::Status::Unknown (Value)",
        "fn models::Status::very_long_name_of_a_method (&self, first_argument: impl Into<String>, \
         second_argument: Option<&'static str>) -> Self",
    ];
    assert_eq!(found, expected, "{found:#?}");
}

#[test]
#[allow(clippy::too_many_lines, reason = "the crates and their surface belong together")]
fn what_another_crate_lends_is_listed_as_ones_own() {
    let own = files(&[(
        "lib.rs",
        "pub use rt::{Error, seen, Hidden}; pub use rt::more::*; pub type Builder = rt::Builder<Client>;
         pub struct Client; rt::value!(Client); impl rt::codegen::Secret for Client {}
         impl From<Client> for String { fn from(c: Client) -> Self { c.into() } }",
    )]);
    let runtime = files(&[
        (
            "lib.rs",
            "#[doc(hidden)] pub mod codegen; mod errors; pub mod seen; pub mod more; mod value;
             pub use errors::Error; pub use errors::Hidden;
             #[must_use] pub struct Builder<C> { made: C }
             impl<C: Clone> Builder<C> { pub fn build(self) -> Result<C, Error> { x } pub fn each<T: Copy>(&self, t: T) where T: Send {} }
             impl Builder<u8> { pub const fn one() -> Self { x } pub const MAX: u8 = 1; }
             pub struct Unseen;",
        ),
        (
            "errors.rs",
            "use std::error::Error as StdError; use std::fmt; use http::Response as Reply;
             #[derive(Debug)] #[cfg_attr(feature = \"serde\", derive(serde::Serialize))] pub struct Error(pub u8, String);
             #[doc(hidden)] pub struct Hidden;
             impl Error { #[doc(hidden)] pub fn inner(&self) {} #[cfg(feature = \"x\")] #[must_use = \"why\"] pub fn reply(&self) -> &Reply<fmt::Result> { x } }
             impl StdError for Error { fn source(&self) -> Option<&(dyn StdError + 'static)> { None } }
             impl fmt::Display for Error { }
             impl<'a> IntoIterator for &'a Error { type Item = &'a u8; type IntoIter = I<'a>; }",
        ),
        ("codegen.rs", "pub trait Secret {} pub struct Inner;"),
        (
            "seen.rs",
            "pub use crate::errors::Error as Fault;
             pub trait Watch<T = u8>: Send + 'static where T: Copy { const N: usize; type Out: Clone; fn end(&self, error: &crate::Error) {} fn start(&mut self); }
             impl<T: Watch + ?Sized> Watch for std::sync::Arc<T> { }
             impl<T> crate::codegen::Secret for T {}",
        ),
        ("more.rs", "#[cfg(feature = \"more\")] pub use crate::more::inner::Deep; #[cfg(feature = \"more\")] mod inner { pub struct Deep { pub a: u8 } impl Deep { pub fn go() {} } #[cfg(unix)] impl Clone for Deep {} }
         pub static mut S: u8 = 1; pub union U { pub a: u8, b: u8 }"),
        (
            "value.rs",
            "#[macro_export] macro_rules! value { ($name:ident) => { impl $crate::codegen::Secret for $name {} impl ::std::fmt::Display for $name { } $crate::bridge!($name); }; }
             #[cfg(any(test, feature = \"serde\"))] macro_rules! bridge { ($name:ident) => { impl $crate::seen::Watch<$crate::Error> for $name {} } }
             #[cfg(not(any(test, feature = \"serde\")))] macro_rules! bridge { ($name:ident) => {} }",
        ),
    ]);
    let found = lines(&Surface::with(&own, &[("rt", &runtime)]));
    let expected = [
        "type Builder = rt::Builder<Client>",
        "struct Builder <C> { .. }  #[must_use]",
        "const Builder::MAX u8  for Builder<u8>",
        "fn Builder::build (self) -> Result<C, Error> where C: Clone",
        "fn Builder::each <T: Copy>(&self, t: T) where T: Send, C: Clone",
        "fn Builder::one const () -> Self  for Builder<u8>",
        "struct Client",
        "impl Client Display",
        "impl Client From<Client> for String",
        "impl Client seen::Watch<Error>  #[cfg(feature = \"serde\")]",
        "struct Deep {}  #[cfg(feature = \"more\")]",
        "field Deep::a u8",
        "fn Deep::go ()",
        "impl Deep Clone  #[cfg(unix)]",
        "struct Error (u8, _)",
        "fn Error::reply (&self) -> &http::Response<fmt::Result>  #[cfg(feature = \"x\")]  #[must_use]",
        "impl Error Debug",
        "impl Error Display",
        "impl Error IntoIterator for &'a Error { Item = &'a u8, IntoIter = I<'a> }",
        "impl Error serde::Serialize  #[cfg(feature = \"serde\")]",
        "impl Error std::error::Error",
        "static S mut u8",
        "union U { .. }",
        "field U::a u8",
        "mod seen",
        "use seen::Fault = Error",
        "trait seen::Watch <T = u8>: Send + 'static where T: Copy",
        "const seen::Watch::N usize",
        "type seen::Watch::Out : Clone",
        "fn seen::Watch::end (&self, error: &Error) { .. }",
        "fn seen::Watch::start (&mut self)",
        "impl seen::Watch <T: seen::Watch + ?Sized> seen::Watch for std::sync::Arc<T>",
    ];
    assert_eq!(found, expected, "{found:#?}");
}

#[test]
fn a_second_path_to_an_item_says_where_the_first_is() {
    let found = lines_of(&[("lib.rs", "pub mod a { pub struct X { pub y: u8 } } pub use a::X; pub use a as b;")]);
    assert_eq!(found, ["struct X {}", "field X::y u8", "mod a", "use a::X = X", "mod b", "use b::X = X"]);
}

#[test]
fn macros_are_at_the_root_and_lines_name_their_owner() {
    let surface = Surface::of(&files(&[(
        "lib.rs",
        "mod m { #[macro_export] macro_rules! m { () => {} } macro_rules! own { () => { pub struct Made { pub a: u8 } } } own!(); } pub use m::Made;",
    )]));
    assert_eq!(lines(&surface), ["struct Made {}", "field Made::a u8", "macro m"]);
    assert_eq!(surface.lines().iter().map(Line::owner).collect::<Vec<_>>(), ["Made", "Made", "m"]);
}

fn printed(text: &str) -> Vec<String> {
    Surface::of(&files(&[("lib.rs", text)])).to_string().lines().skip(3).map(str::to_owned).collect()
}

#[test]
fn no_line_of_the_printed_form_depends_on_others() {
    let printed = |name: &str, more: &str| {
        printed(&format!(
            "pub const A: u8 = 1; pub fn b() {{}} #[derive(Clone)] pub struct {name} {{ pub a: u8, {more} }}
             pub enum T {{ V {{ a: u8 }} }} pub static C: u8 = 1;",
        ))
    };
    let plain = printed("S", "");
    assert_eq!(
        plain,
        [
            "const   A                                u8",
            "static  C                                u8",
            "",
            "struct  S                                {}",
            "  field   a                              u8",
            "  impl    Clone",
            "",
            "enum    T",
            "  variant V                              {}",
            "  field   V::a                           u8",
            "",
            "fn      b                                ()",
        ]
    );
    for more in ["pub longer: u8", &format!("pub {}: u8", "x".repeat(80))] {
        let longer = printed("S", more);
        assert!(longer.len() == plain.len() + 1 && plain.iter().all(|line| longer.contains(line)), "{longer:#?}");
    }
    let renamed = printed("Renamed", "");
    assert_eq!(renamed.iter().filter(|line| !plain.contains(line)).count(), 1, "{renamed:#?}");
}

#[test]
fn the_printed_form_is_read_with_whole_paths() {
    let text = "pub struct S<C>(C); impl<C> Clone for S<C> {} impl<C> S<C> { pub fn go(&self, on: u8) {} } pub mod m { pub enum E { V(u8) } }";
    let surface = Surface::of(&files(&[("lib.rs", text)]));
    let expected: Vec<_> = lines(&surface).iter().map(|line| line.replace("  ", " ")).collect();
    let squeezed = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let read = |text: &str| qualified(text).map(squeezed).filter(|line| !line.is_empty()).skip(2).collect::<Vec<_>>();
    let printed = surface.to_string();
    assert_eq!(read(&printed), expected);
    let whole = qualified(&printed).collect::<Vec<_>>().join("\n");
    assert_eq!(read(&whole), expected, "whole paths stay as they are");
}

#[test]
fn members_of_an_item_that_is_not_listed_have_their_whole_paths() {
    let of = vec!["m".to_owned(), "Unlisted".to_owned()];
    let mut lines = Lines::default();
    lines.add(&of, syntax::child(&of, "a"), Kind::Fn, "()".to_owned(), Vec::new());
    lines.add(&of, of.clone(), Kind::Impl, "Clone".to_owned(), Vec::new());
    let printed = Surface { lines: lines.sorted() }.to_string();
    let expected = ["fn      m::Unlisted::a                   ()", "impl    m::Unlisted                      Clone"];
    assert_eq!(printed.lines().skip(3).collect::<Vec<_>>(), expected);
}

#[test]
fn odd_crates_end_the_walk_without_harm() {
    assert_eq!(lines_of(&[]), Vec::<String>::new());
    assert_eq!(lines_of(&[("lib.rs", "pub use self::x as x; pub use crate::*; pub mod missing;")]).len(), 2);
    assert!(lines_of(&[("lib.rs", "pub mod a;"), ("a.rs", "struct")])[1].starts_with("unreadable a a.rs: "));
    assert!(lines_of(&[("lib.rs", "struct")])[0].starts_with("unreadable  lib.rs: "));
    for odd in [
        "pub use a::*; pub mod a { pub use super::b::*; } pub mod b { pub use super::a::*; pub use super::super::X; }",
        "macro_rules! m { ($($x:tt)*) => { m!($($x)* a); } } m!();",
        "pub type A = B; pub type B = A; impl A { pub fn a() {} } impl Clone for A {}",
        "pub use serde; pub use serde::serde; pub struct X; impl serde::X for X {} impl X::Y for X {} impl<T> T { pub fn x() {} }",
        "pub struct r#type { pub r#fn: u8 } impl r#type { pub fn r#mod() {} } pub use r#type as r#struct;",
        "pub enum E { #[doc(hidden)] A, B } pub use E::*; pub fn f(x: <Vec<u8> as IntoIterator>::Item, (a, b): (u8, u8)) {}",
        "extern crate alloc; pub use alloc::vec::Vec; pub trait T = Clone; pub extern \"C\" fn f() {} pub unsafe trait U {}",
        "pub use ::std::fmt::Debug; pub use super::super::x; pub(in crate::a) struct S; impl !Send for S {}",
    ] {
        Surface::of(&files(&[("lib.rs", odd)])).to_string();
    }
}
