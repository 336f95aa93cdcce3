//! Links of the file system in the book's folder. mdBook copies what they lead to, and it would be published.

use std::fs;
use std::path::Path;

use crate::defect::Defects;

/// Adds the links in the pages' folder that lead out of it, nowhere, or to a folder. `src` is the pages' folder, from
/// `root`.
pub(crate) fn check(root: &Path, src: &Path, defects: &mut Defects) {
    if let Ok(book) = root.join(src).canonicalize() {
        look(root, &book, src, defects);
    }
}

fn look(root: &Path, book: &Path, folder: &Path, defects: &mut Defects) {
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            look(root, book, &path, defects);
        } else if kind.is_symlink() {
            // A link to a folder may lead to itself.
            let is_fine =
                entry.path().canonicalize().is_ok_and(|target| target.starts_with(book) && target.is_file());
            if !is_fine {
                let what = "this link doesn't lead to a file of the book, and mdBook would copy what it leads to. Put \
                            the file itself here";
                defects.add(&path, None, what);
            }
        }
    }
}
