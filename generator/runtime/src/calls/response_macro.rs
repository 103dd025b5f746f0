//! The macro that declares a response whose type differs by status or media type.

/// Declares the response of an operation that has several contents: an enum with a variant for each.
///
/// ```text
/// /// The response of `Client::get_report`.
/// #[derive(Debug)]
/// pub enum GetReportResponse {
///     /// `200`, as `application/pdf`.
///     Ok(Download) = download("200", &["application/pdf"]);
///
///     /// `202`, as `application/json`.
///     Accepted(Job) = json("202", &["application/json"]);
///
///     /// `204`.
///     NoContent(()) = empty("204");
/// }
/// ```
///
/// A row is a variant, the type of its value, and the [`ResponseContent`](crate::codegen::ResponseContent) that it stands for.
#[macro_export]
macro_rules! response {
    (
        $(#[$about:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_about:meta])*
                $variant:ident($value:ty) = $form:ident($($of:tt)*);
            )*
        }
    ) => {
        $(#[$about])*
        #[non_exhaustive]
        $vis enum $name {
            $(
                $(#[$variant_about])*
                $variant($value),
            )*
        }

        impl $crate::codegen::ResponseValue for $name {
            const CONTENTS: &'static [$crate::codegen::ResponseContent] =
                &[$($crate::codegen::ResponseContent::$form($($of)*)),*];

            fn blank(content: usize) -> Self {
                let blanks: &[fn() -> Self] = &[$(|| Self::$variant($crate::codegen::ResponseValue::blank(0))),*];
                blanks.get(content).unwrap_or(&blanks[0])()
            }

            fn slot(&mut self) -> $crate::codegen::Slot<'_> {
                match self {
                    $(Self::$variant(value) => $crate::codegen::ResponseValue::slot(value),)*
                }
            }
        }
    };
}
