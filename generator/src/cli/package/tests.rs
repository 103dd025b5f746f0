//! What is written to the folder of a crate, and what stays in it.

use super::*;
use crate::mode::Mode;
use crate::source::Source;

const SHOP: &str = "openapi: 3.1.0
info:
  title: Book Shop
  version: '2.1'
  description: |-
    # Shop

    Sells books.
  license: {name: MIT License, identifier: MIT}
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: Orders.
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
components:
  schemas:
    Order: {type: object, properties: {total: {type: string}}}
";

/// The folder of a crate in a temporary folder.
struct Shop {
    folder: tempfile::TempDir,
}

impl Shop {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("made").join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn save(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn manifest(&self) -> toml::Table {
        self.read("Cargo.toml").parse().unwrap()
    }

    /// Brings the crate up to date; returns what that changed.
    fn make(&self, document: &str, options: &Options) -> anyhow::Result<String> {
        let source = Source::new("shop.yaml", document);
        let made = Crate::open(&self.path(""))?;
        made.check(options)?;
        let mut generation = crate::generate_named(&source, Mode::Lenient, |info| made.name(options, info));
        let sources = generation.files.take().unwrap();
        let targets = made.targets(&generation, sources, options, &origin(), "made")?;
        Ok(super::super::target::write(&targets)?.0)
    }
}

fn runtime(place: &str) -> Options {
    Options { runtime: place.parse().ok(), ..Options::default() }
}

fn origin() -> Origin {
    Origin { document: "shop.yaml".to_owned(), overlays: vec!["safety.yaml".to_owned(), "names.yaml".to_owned()] }
}

#[test]
fn a_new_crate_says_what_the_document_says() {
    let shop = Shop::new();
    shop.make(SHOP, &Options::default()).unwrap();
    let package = &shop.manifest()["package"];
    for (key, expected) in [
        ("name", "book-shop"),
        ("version", "2.1.0"),
        ("description", "Sells books."),
        ("license", "MIT"),
        ("edition", "2024"),
        ("rust-version", env!("CARGO_PKG_RUST_VERSION")),
    ] {
        assert_eq!(package[key].as_str(), Some(expected), "{key}");
    }
    let text = shop.read("Cargo.toml");
    assert!(text.starts_with("# `sdk-generator generate` adds") && !text.contains("[workspace]"), "{text}");
    let readme = shop.read("README.md");
    for part in [
        "# Book Shop\n",
        "Sells books.",
        "generate --spec shop.yaml --overlay safety.yaml --overlay names.yaml --out .",
        "License: MIT",
    ] {
        assert!(readme.contains(part), "{part} is not in {readme}");
    }
    assert!(shop.path("sdk-runtime/src/lib.rs").exists() && shop.path("src/lib.rs").exists());
    assert!(shop.read("src/operations/list_orders.rs").contains("book_shop"));
    assert_eq!(shop.make(SHOP, &Options::default()).unwrap(), "nothing changed\n");
}

#[test]
fn what_is_asked_for_goes_before_what_the_document_says() {
    let shop = Shop::new();
    let wishes = Wishes {
        name: Some("books".to_owned()),
        crate_version: Some("0.3.0".to_owned()),
        description: Some("Books".to_owned()),
        license: Some("ISC".to_owned()),
    };
    let options = Options { wishes, runtime: None, workspace_root: true, usual_runtime: None };
    shop.make(SHOP, &options).unwrap();
    let manifest = shop.manifest();
    let of = |key: &str| manifest["package"][key].as_str();
    assert_eq!(
        [of("name"), of("version"), of("description"), of("license")].map(Option::unwrap),
        ["books", "0.3.0", "Books", "ISC"]
    );
    assert!(manifest["workspace"].as_table().is_some_and(toml::Table::is_empty));
    // What was asked for once stays.
    assert_eq!(shop.make(SHOP, &Options::default()).unwrap(), "nothing changed\n");
}

#[test]
fn a_title_without_letters_gives_way_to_the_name_of_the_folder() {
    let shop = Shop::new();
    shop.make(&SHOP.replace("Book Shop", "本屋"), &Options::default()).unwrap();
    assert_eq!(shop.manifest()["package"]["name"].as_str(), Some("made"));
}

#[test]
fn what_the_user_has_written_stays() {
    let shop = Shop::new();
    shop.make(SHOP, &Options::default()).unwrap();
    let mut manifest = shop.read("Cargo.toml");
    for (old, new) in [
        ("version = \"2.1.0\"", "version = \"9.0.0\" # ours"),
        ("license = \"MIT\"\n", ""),
        ("publish = false\n", ""),
        ("default = [\"hyper-transport\", \"rustls-ring\"]", "default = []"),
        ("default-features = false }", "default-features = false, features = [\"tower\"] }\nserde = \"1\" # for tests"),
    ] {
        assert!(manifest.contains(old), "{old}");
        manifest = manifest.replace(old, new);
    }
    manifest += "\n[[example]]\nname = \"buy\"\n\n[profile.release]\nlto = true\n";
    shop.save("Cargo.toml", &manifest);
    let others = ["README.md", "LICENSE", "tests/orders.rs", "src/bin/buy.rs", ".git/HEAD", "sdk-runtime/notes.md"];
    others.iter().for_each(|path| shop.save(path, path));
    fs::remove_file(shop.path(".gitignore")).unwrap();

    let later = SHOP.replace("Book Shop", "Store").replace("total:", "sum:").replace("Sells", "Buys");
    let report = shop.make(&later, &Options::default()).unwrap();
    assert_eq!(report.lines().filter(|line| !line.contains("made/src/")).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(shop.read("Cargo.toml"), manifest);
    assert!(others.iter().all(|path| shop.read(path) == *path));
    assert!(!shop.path(".gitignore").exists());
    assert!(shop.read("src/models/order.rs").contains("sum"));
    let gone = later.replace("/orders", "/bills").replace("listOrders", "listBills").replace("Order", "Bill");
    shop.make(&gone, &Options::default()).unwrap();
    assert!(!shop.path("src/models/order.rs").exists() && shop.path("src/models/bill.rs").exists());
    assert!(others.iter().all(|path| shop.read(path) == *path));
}

#[test]
fn what_the_sources_need_is_added_to_the_manifest() {
    let shop = Shop::new();
    let stream = SHOP.replace("application/json: {schema", "text/event-stream: {itemSchema").replace("3.1.0", "3.2.0");
    shop.save(
        "Cargo.toml",
        "[package]\nname = 'mine'\nversion = '1.0.0'\nedition = '2021'\n\n[features]\ntower = ['x']\n",
    );
    shop.make(&stream, &Options::default()).unwrap();
    let manifest = shop.manifest();
    assert_eq!(manifest["package"]["name"].as_str(), Some("mine"));
    assert_eq!(manifest["package"]["edition"].as_str(), Some("2021"));
    assert!(manifest["package"].get("description").is_none() && !shop.path("README.md").exists());
    let tower: Vec<_> =
        manifest["features"]["tower"].as_array().unwrap().iter().filter_map(|text| text.as_str()).collect();
    assert_eq!(tower, ["x", "sdk-runtime/tower"]);
    let needed = manifest["dependencies"]["sdk-runtime"]["features"].as_array().unwrap();
    assert_eq!(needed, &[toml::Value::from("item-streams")]);
}

#[test]
fn the_runtime_is_where_it_is_said_to_be() {
    let shop = Shop::new();
    let dependency = |shop: &Shop| shop.manifest()["dependencies"]["sdk-runtime"].clone();
    shop.make(SHOP, &Options::default()).unwrap();
    assert_eq!(dependency(&shop)["path"].as_str(), Some("sdk-runtime"));
    shop.make(SHOP, &runtime("version")).unwrap();
    assert!(dependency(&shop).get("path").is_none() && !shop.path("sdk-runtime").exists());
    assert_eq!(dependency(&shop)["version"].as_str(), Some(&*format!("={}", runtime::VERSION)));
    // Without a wish it stays there.
    assert_eq!(shop.make(SHOP, &Options::default()).unwrap(), "nothing changed\n");

    let error = shop.make(SHOP, &runtime("../elsewhere")).unwrap_err().to_string();
    assert!(error.starts_with("there is no Cargo.toml in `../elsewhere`, as seen from"), "{error}");
    write_runtime(&shop.folder.path().join("elsewhere")).unwrap();
    shop.make(SHOP, &runtime("../elsewhere")).unwrap();
    assert_eq!(shop.make(SHOP, &runtime("../elsewhere")).unwrap(), "nothing changed\n");
    let another = Crate::open(&shop.folder.path().join("not/there")).unwrap();
    assert!(another.check(&runtime("../../elsewhere")).is_ok() && another.check(&runtime("../elsewhere")).is_err());
    assert_eq!(dependency(&shop)["path"].as_str(), Some("../elsewhere"));
    assert!(!shop.path("sdk-runtime").exists());
    // A place that only the user knows stays, too.
    let manifest =
        shop.read("Cargo.toml").replace("path = \"../elsewhere\", version = ", "git = \"https://x.example\", tag = ");
    shop.save("Cargo.toml", &manifest);
    shop.make(SHOP, &Options::default()).unwrap();
    assert_eq!(shop.read("Cargo.toml"), manifest);
    shop.save("Cargo.toml", &manifest.replace("sdk-runtime = {", "sdk-runtime = { workspace = true } #"));
    shop.make(SHOP, &Options::default()).unwrap();
    assert_eq!(dependency(&shop).as_table().unwrap().keys().collect::<Vec<_>>(), ["workspace"]);
    shop.make(SHOP, &runtime("bundled")).unwrap();
    assert!(shop.path("sdk-runtime/Cargo.toml").exists() && dependency(&shop).get("workspace").is_none());
}

#[test]
fn what_stands_in_the_way_is_not_replaced() {
    let shop = Shop::new();
    shop.save("src/lib.rs", "//! Mine.\n");
    let error = shop.make(SHOP, &Options::default()).unwrap_err().to_string();
    assert!(error.contains("`lib.rs` was not made by the generator"), "{error}");
    assert_eq!(shop.read("src/lib.rs"), "//! Mine.\n");
    shop.save("Cargo.toml", "[package\n");
    let error = format!("{:#}", shop.make(SHOP, &Options::default()).unwrap_err());
    assert!(error.contains("Cargo.toml is not TOML"), "{error}");
}

#[test]
fn no_file_names_this_machine() {
    let shop = Shop::new();
    shop.make(SHOP, &Options::default()).unwrap();
    let mut open = vec![shop.path("")];
    let here = env!("CARGO_MANIFEST_DIR");
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains(here) && !text.contains(shop.folder.path().to_str().unwrap()), "{}", path.display());
        }
    }
}

/// Cargo is asked, as users would be told by it.
#[test]
fn a_crate_below_a_workspace_gets_advice() {
    let shop = Shop::new();
    let workspace = shop.folder.path().join("Cargo.toml");
    shop.make(SHOP, &Options::default()).unwrap();
    assert_eq!(advice(&shop.path("")), None);
    fs::write(&workspace, "[workspace]\nresolver = '3'\n").unwrap();
    assert!(advice(&shop.path("")).is_some_and(|advice| advice.contains("`--workspace-root`")));
    fs::write(&workspace, "[workspace]\nresolver = '3'\nmembers = ['m*']\n").unwrap();
    assert_eq!(advice(&shop.path("")), None);
    fs::write(&workspace, "[workspace]\nresolver = '3'\n").unwrap();
    shop.make(SHOP, &Options { workspace_root: true, ..Options::default() }).unwrap();
    assert_eq!(advice(&shop.path("")), None);
}

#[test]
fn the_runtime_in_the_crate_stays_however_its_path_is_written() {
    let shop = Shop::new();
    shop.make(SHOP, &Options::default()).unwrap();
    let absolute = shop.path("sdk-runtime").display().to_string();
    for path in ["../made/sdk-runtime", "./sdk-runtime/", &absolute] {
        shop.make(SHOP, &runtime(path)).unwrap();
        assert!(shop.path("sdk-runtime/src/lib.rs").exists(), "{path}");
        assert_eq!(shop.manifest()["dependencies"]["sdk-runtime"]["path"].as_str(), Some(path));
    }
    shop.make(SHOP, &runtime("version")).unwrap();
    assert!(!shop.path("sdk-runtime").exists());
}

#[test]
fn a_manifest_without_the_runtime_gets_a_copy_that_is_there() {
    let shop = Shop::new();
    shop.save("Cargo.toml", "[package]\nname = \"mine\"\nversion = \"3.0.0\"\nedition = \"2024\"\n");
    shop.make(SHOP, &Options::default()).unwrap();
    assert_eq!(shop.manifest()["dependencies"]["sdk-runtime"]["path"].as_str(), Some("sdk-runtime"));
    assert!(shop.path("sdk-runtime/Cargo.toml").exists());
}

#[test]
fn nothing_is_written_where_something_is_refused() {
    let shop = Shop::new();
    shop.save("src/lib.rs", "// by hand\n");
    let error = shop.make(SHOP, &Options::default()).unwrap_err().to_string();
    assert!(error.contains("`lib.rs` was not made by the generator"), "{error}");
    let names =
        |path: &str| fs::read_dir(shop.path(path)).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(names(""), ["src"]);
    assert_eq!(names("src"), ["lib.rs"]);
    let workspace = "[workspace]\nmembers = []\n";
    shop.save("Cargo.toml", workspace);
    assert!(Crate::open(&shop.path("")).is_err());
    assert_eq!(shop.read("Cargo.toml"), workspace);
}

#[test]
fn a_manifest_that_changes_during_a_run_stays() {
    let shop = Shop::new();
    shop.make(SHOP, &Options::default()).unwrap();
    let made = Crate::open(&shop.path("")).unwrap();
    let options = Options::default();
    let source = Source::new("shop.yaml", SHOP);
    let mut generation = crate::generate_named(&source, Mode::Lenient, |info| made.name(&options, info));
    let edited = shop.read("Cargo.toml") + "\n# by hand\n";
    shop.save("Cargo.toml", &edited);
    let sources = generation.files.take().unwrap();
    let error = made.targets(&generation, sources, &options, &origin(), "made").unwrap_err().to_string();
    assert!(error.contains("generate again"), "{error}");
    assert_eq!(shop.read("Cargo.toml"), edited);
}

#[test]
fn comments_and_line_ends_of_a_manifest_stay() {
    let shop = Shop::new();
    shop.make(SHOP, &Options::default()).unwrap();
    let old = shop.read("Cargo.toml").replace("version = \"2.1.0\"", "# Ours.\nversion = \"2.1.0\" # Not theirs.");
    let old = old.replace('\n', "\r\n");
    shop.save("Cargo.toml", &old);
    assert_eq!(shop.make(SHOP, &Options::default()).unwrap(), "nothing changed\n");
    let wishes = Wishes { crate_version: Some("4.0.0".to_owned()), ..Wishes::default() };
    shop.make(SHOP, &Options { wishes, ..Options::default() }).unwrap();
    assert_eq!(shop.read("Cargo.toml"), old.replace("2.1.0", "4.0.0"));
}
