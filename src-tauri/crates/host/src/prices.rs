//! The price book: the one that comes with Coldframe, with a person's own laid over it.

use std::{io::Read as _, path::Path};

use coldframe_cost::{Book, BookError};

/// A person's own book, in the data directory.
const OWN: &str = "prices.toml";
/// Far more than a book of every plan there is.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// A person's own book cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PricesError {
    #[error("cannot read {file}: {source}")]
    Unreadable { file: String, source: std::io::Error },
    #[error("{file} is larger than {MOST_BYTES} bytes: no price book is")]
    TooLarge { file: String },
    #[error(transparent)]
    Mistake(#[from] BookError),
}

/// Where it is, if there is one.
pub(crate) fn own_path(data_dir: &Path) -> std::path::PathBuf {
    data_dir.join(OWN)
}

/// # Errors
/// The person's own book is there and cannot be read, or has a mistake: with file and line.
pub fn price_book(data_dir: &Path) -> Result<Book, PricesError> {
    let path = own_path(data_dir);
    let name = path.display().to_string();
    let unreadable = |source| PricesError::Unreadable { file: name.clone(), source };
    let file = match std::fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Book::built_in()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut text = String::new();
    file.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(PricesError::TooLarge { file: name });
    }
    Ok(Book::built_in().overlaid(&name, &text)?)
}

/// The same for a host, which runs on with the built-in book and says so.
pub(crate) fn usable_book(data_dir: &Path, notices: &mut Vec<String>) -> Book {
    price_book(data_dir).unwrap_or_else(|error| {
        notices.push(format!(
            "your price book is not used until it is mended and the host started again: {error}"
        ));
        Book::built_in()
    })
}
