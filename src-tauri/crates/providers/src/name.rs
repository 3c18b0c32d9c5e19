//! From what a person called a folder, a file or a resource to a name that every cloud and every URL takes: letters
//! without accents, digits, `-` and `_`.

use crate::domain::App;

/// Lambda's limit, and short enough for a host name's label.
const LONGEST: usize = 63;

/// The name to call it by. A letter with an accent loses it; one of another script becomes its code point, so that
/// two different names stay two; all else becomes `-`.
pub(crate) fn callable(name: &str) -> String {
    let mut callable = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            callable.push(letter);
        } else if ('\u{300}'..='\u{36f}').contains(&letter) {
            // An accent on its own belongs to the letter before it, as macOS writes file names.
        } else if let Some(plain) = without_accent(letter) {
            callable.push_str(&plain);
        } else if letter.is_alphanumeric() {
            callable.push_str(&format!("u{:x}", u32::from(letter)));
        } else if !callable.is_empty() && !callable.ends_with('-') {
            callable.push('-');
        }
        if callable.len() >= LONGEST {
            callable.truncate(LONGEST);
            break;
        }
    }
    let callable = callable.trim_end_matches('-');
    if callable.is_empty() { "function".into() } else { callable.into() }
}

/// Says on an app that it could not have the name that was `wanted`.
pub(crate) fn note(app: &mut App, wanted: &str) {
    if callable(wanted) != wanted {
        app.assumed.push(format!(
            "called `{}`, because `{wanted}` holds what a function's name cannot: it is made of unaccented letters, \
             digits, - and _, at most {LONGEST}",
            app.name
        ));
    }
}

/// Of the Latin letters that most of the world's other alphabets of that kind add.
fn without_accent(letter: char) -> Option<String> {
    let plain = match letter.to_lowercase().next()? {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ'..='ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ỉ' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ǒ' | 'ọ'..='ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ß' => "ss",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ǔ' | 'ụ'..='ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    };
    Some(if letter.is_uppercase() { plain.to_uppercase() } else { plain.to_owned() })
}

/// What a DNS name may have before its dot (underscores included: resolvers and browsers take them).
pub(crate) fn is_label(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Inline;

    #[test]
    fn any_folder_name_becomes_callable() {
        for (name, called) in [
            ("image thumbs (v2)", "image-thumbs-v2"),
            ("...", "function"),
            ("[id]", "id"),
            ("ünï", "uni"),
            ("u\u{308}ni\u{308}", "uni"),
            ("MÜLL", "MULL"),
            ("straße", "strasse"),
            ("Łódź", "Lodz"),
            ("hàng hoá", "hang-hoa"),
            ("函数", "u51fdu6570"),
            ("函", "u51fd"),
            ("🌱 seed", "seed"),
            ("🌱", "function"),
        ] {
            assert_eq!(callable(name), called, "{name}");
            assert_eq!(callable(called), called, "{called} can be kept");
        }
        assert_eq!(callable(&"x".repeat(200)).len(), LONGEST);
        assert_eq!(callable(&"函".repeat(200)).len(), LONGEST);
    }

    #[test]
    fn a_changed_name_is_explained_and_stays_unique() {
        let python = "def lambda_handler(event, context): pass\n";
        let project = Inline::new(&[
            ("uni/lambda_function.py", python),
            ("ünï/lambda_function.py", python),
            ("函数/lambda_function.py", python),
            (
                "template.yaml",
                "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: 'größe', Runtime: python3.12, Handler: app.main, CodeUri: src}\n",
            ),
            ("src/app.py", "def main(event, context): pass\n"),
        ]);
        let told: String = project
            .detect()
            .apps
            .iter()
            .map(|app| {
                let about = app.assumed.iter().filter(|sentence| sentence.starts_with("called"));
                format!("{}: {}\n", app.name, about.cloned().collect::<Vec<_>>().join(" + "))
            })
            .collect();
        insta::assert_snapshot!(told, @r"
        grosse: called `grosse`, because `größe` holds what a function's name cannot: it is made of unaccented letters, digits, - and _, at most 63
        uni: 
        uni-2: called `uni`, because `ünï` holds what a function's name cannot: it is made of unaccented letters, digits, - and _, at most 63 + called `uni-2`, because another function is already called `uni`
        u51fdu6570: called `u51fdu6570`, because `函数` holds what a function's name cannot: it is made of unaccented letters, digits, - and _, at most 63
        ");
    }
}
