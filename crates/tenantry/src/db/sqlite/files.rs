//! The files of the database are its owner's alone: they hold all that the service knows of people.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use crate::secrets::make_folder_of;

/// What SQLite puts beside the database. It makes them with the rights of the database file.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Makes the folder (0700) and the file (0600) where they are missing and takes the rights of others on files of an
/// earlier start away. A folder that was there stays as it is: it may hold more than ours.
///
/// # Errors
/// When folder or file can't be made, or others' rights can't be taken away.
pub(super) fn keep_private(path: &str) -> io::Result<()> {
    // In memory, or a URI, which names its file in a way that SQLite alone reads.
    if path.is_empty() || path == ":memory:" || path.starts_with("file:") {
        return Ok(());
    }
    make_folder_of(Path::new(path))?;
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if !Path::new(path).exists() {
        options.append(true).create(true).open(path)?;
    }
    BESIDE.iter().try_for_each(|ending| tighten(Path::new(&format!("{path}{ending}"))))
}

#[cfg(unix)]
fn tighten(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = match fs::metadata(file) {
        Ok(metadata) => metadata.permissions().mode() & 0o7777,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        fs::set_permissions(file, fs::Permissions::from_mode(mode & 0o700))
    }
}

#[cfg(not(unix))]
fn tighten(_: &Path) -> io::Result<()> {
    Ok(())
}
