//! Files that are one model: the parts of a GGUF file, or the graphs and the data of ONNX.

use super::files::HubFile;
use super::role::{Part, Role, base_name, gguf_part, onnx_dtype, onnx_stem};

/// Files that are one model.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group<'f> {
    /// What their paths have in common.
    pub(super) stem: &'f str,
    /// Parts there should be; 0 for ONNX, where nobody says.
    pub(super) total: u32,
    /// How the weights of ONNX are stored; empty for GGUF.
    pub(super) dtype: &'static str,
    /// Which part, and which file: the first file of a group says where the model stands in the list.
    pub(super) members: Vec<(u32, usize)>,
}

/// One file of a group, on its way there.
struct Member<'f> {
    stem: &'f str,
    total: u32,
    dtype: &'static str,
    number: u32,
    file: usize,
}

fn member(file: usize, path: &str) -> Option<Member<'_>> {
    if let Some(Part { stem, total, number }) = gguf_part(path) {
        return Some(Member {
            stem,
            total,
            dtype: "",
            number,
            file,
        });
    }
    let stem = onnx_stem(path)?;
    let folder = path.len() - base_name(path).len();
    Some(Member {
        // All graphs of a folder that are stored alike are one model: it may have an encoder and a decoder.
        stem: &path[..folder],
        total: 0,
        dtype: onnx_dtype(stem),
        number: 0,
        file,
    })
}

/// The groups, in the order of their first files.
pub(super) fn groups(files: &[HubFile]) -> Vec<Group<'_>> {
    let mut members = Vec::new();
    for (index, file) in files.iter().enumerate() {
        if file.role == Role::Weights {
            members.extend(member(index, &file.path));
        }
    }
    members.sort_by(|one, other| {
        let key = |member: &Member<'_>| (member.total, member.dtype);
        let same = one.stem.cmp(other.stem).then(key(one).cmp(&key(other)));
        same.then(one.number.cmp(&other.number))
            .then(one.file.cmp(&other.file))
    });
    let mut groups: Vec<Group<'_>> = Vec::new();
    for member in members {
        let place = (member.number, member.file);
        match groups.last_mut() {
            Some(last)
                if (last.stem, last.total, last.dtype) == (member.stem, member.total, member.dtype) =>
            {
                last.members.push(place);
            }
            _ => groups.push(Group {
                stem: member.stem,
                total: member.total,
                dtype: member.dtype,
                members: vec![place],
            }),
        }
    }
    groups.sort_by_key(|group| group.members.iter().map(|(_, file)| *file).min());
    groups
}
