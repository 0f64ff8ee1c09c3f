//! Names that every file system takes.

/// A namespace as the name of one directory. Small letters, digits, `-` and `_` stay; any other byte becomes `%` and
/// two hex digits, so that different namespaces never share a directory, not even where letter case is ignored.
pub(crate) fn directory_name(namespace: &str) -> String {
    if namespace.is_empty() {
        return "%".to_owned();
    }
    let stays = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let escaped = |byte: u8| {
        if stays(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02x}")
        }
    };
    namespace.bytes().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::directory_name;

    #[test]
    fn a_directory_name_is_safe_and_never_shared() {
        for (namespace, name) in [
            ("default", "default"),
            ("my_app-2", "my_app-2"),
            ("", "%"),
            ("..", "%2e%2e"),
            ("a/b\\c\0", "a%2fb%5cc%00"),
            ("App", "%41pp"),
            ("%", "%25"),
            ("é", "%c3%a9"),
        ] {
            assert_eq!(directory_name(namespace), name);
        }
    }
}
