//! What names of companies and ships are made of, per culture: stems, adjectives and words for
//! what a company does, put together for this world.

use super::material::Spelled;

pub(crate) const HARBOUR_FIRST: &[&str] = &[
    "Nord", "Hav", "Fjell", "Bølge", "Måne", "Skjold", "Anker", "Salt", "Vind", "Stjerne", "Grå",
    "Isk", "Torv", "Dyb", "Kobber", "Ræv", "Sølv", "Tåge", "Ørne", "Mølle", "Kryds", "Lærke",
    "Rav", "Stål", "Bark", "Tang",
];
pub(crate) const HARBOUR_LAST: &[&str] = &[
    "kai", "havn", "strøm", "borg", "linje", "fyr", "sund", "berg", "flåde", "bro", "nøgle",
    "port", "mast", "krog",
];
pub(crate) const HARBOUR_TRADES: &[&str] = &[
    "Rederi",
    "Shipping",
    "Handel",
    "Bygg",
    "Fisk",
    "Logistik",
    "Spedition",
    "Kraft",
    "Eiendom",
    "Invest",
    "Marine",
    "Stålværk",
    "Consult",
    "Bunkers",
];
pub(crate) const VELMARK_FIRST: &[&str] = &[
    "Bře", "Dub", "Jav", "Kladn", "Lín", "Mlýn", "Pluž", "Šípk", "Tůň", "Vlč", "Želez", "Havr",
    "Oře", "Ruď", "Sklář", "Čern",
];
pub(crate) const VELMARK_LAST: &[&str] = &[
    "ex", "ostav", "onia", "omont", "imex", "oprom", "ostroj", "ina", "atrans", "olit",
];
pub(crate) const VELMARK_TRADES: &[&str] = &[
    "Obchod",
    "Doprava",
    "Strojírny",
    "Export",
    "Stavby",
    "Energie",
    "Chemie",
    "Holding",
    "Finance",
];
pub(crate) const DROVONIAN_FIRST: &[&str] = &[
    "Вельт",
    "Дров",
    "Жемч",
    "Кряж",
    "Луч",
    "Мор",
    "Норд",
    "Плав",
    "Рус",
    "Сев",
    "Тех",
    "Урж",
    "Хим",
    "Цент",
    "Щит",
    "Юж",
    "Яр",
    "Берег",
    "Град",
    "Зем",
];
pub(crate) const DROVONIAN_LAST: &[&str] = &[
    "торг",
    "флот",
    "снаб",
    "пром",
    "инвест",
    "экспорт",
    "строй",
    "ресурс",
    "капитал",
    "порт",
    "маш",
    "нефть",
];
pub(crate) const DROVONIAN_TRADES: &[&str] = &[
    "Логистика",
    "Трейдинг",
    "Шиппинг",
    "Девелопмент",
    "Финанс",
    "Холдинг",
    "Сервис",
    "Энерго",
    "Терминал",
];
pub(crate) const KALATHENE_FIRST: &[&str] = &[
    "Αιγιαλός",
    "Γαλήνη",
    "Δελφίνι",
    "Ζέφυρος",
    "Θύελλα",
    "Ίσαλος",
    "Κύμα",
    "Λιμήν",
    "Μελτέμι",
    "Νηρηίς",
    "Ξέρα",
    "Όστρια",
    "Πελαγία",
    "Ροή",
    "Σειρήνα",
    "Τρίαινα",
    "Φάρος",
    "Χελιδών",
    "Ψαράς",
    "Ωκεανίς",
];
pub(crate) const KALATHENE_SECOND: &[&str] = &[
    "Αιγιακή",
    "Βόρεια",
    "Γαλάζια",
    "Ενωμένη",
    "Ηλιακή",
    "Κυανή",
    "Μεγάλη",
    "Νέα",
    "Πορφυρή",
    "Χρυσή",
];
pub(crate) const KALATHENE_TRADES: &[&str] = &[
    "Ναυτιλιακή",
    "Εμπορική",
    "Τεχνική",
    "Μεταφορική",
    "Επενδυτική",
    "Κατασκευαστική",
    "Αλιευτική",
];
pub(crate) const WADHIRI_FIRST: &[Spelled] = &[
    ("المرسى", ["Al Marsa", "al-Marsa", "al-Marsā", "El Marsa"]),
    ("الفنار", ["Al Fanar", "al-Fanar", "al-Fanār", "El Fanar"]),
    (
        "الشراع",
        ["Al Shiraa", "ash-Shira", "ash-Shirāʿ", "Ech-Chiraa"],
    ),
    (
        "اللؤلؤة",
        ["Al Lulua", "al-Lulwa", "al-Luʾluʾa", "El Loulou"],
    ),
    (
        "الصخرة",
        ["Al Sakhra", "as-Sakhra", "aṣ-Ṣakhra", "Es-Sakhra"],
    ),
    ("الموجة", ["Al Mawja", "al-Moja", "al-Mawja", "El Moudja"]),
    ("الضفة", ["Al Dhiffa", "ad-Diffa", "aḍ-Ḍiffa", "Ed-Diffa"]),
    (
        "النخلة",
        ["Al Nakhla", "an-Nakhla", "an-Nakhla", "En-Nakhla"],
    ),
    (
        "الغواص",
        ["Al Ghawwas", "al-Ghawas", "al-Ghawwāṣ", "El Ghaouas"],
    ),
    ("الواحة", ["Al Waha", "al-Waha", "al-Wāḥa", "El Ouaha"]),
    (
        "القافلة",
        ["Al Qafila", "al-Kafila", "al-Qāfila", "El Kafila"],
    ),
    (
        "السفينة",
        ["Al Safina", "as-Safina", "as-Safīna", "Es-Safina"],
    ),
    (
        "البوصلة",
        ["Al Bawsala", "al-Busala", "al-Bawṣala", "El Boussala"],
    ),
    (
        "المنارة",
        ["Al Manara", "al-Manara", "al-Manāra", "El Menara"],
    ),
];
pub(crate) const WADHIRI_SECOND: &[Spelled] = &[
    ("الأزرق", ["Al Azraq", "al-Azrak", "al-Azraq", "El Azrak"]),
    (
        "الذهبية",
        [
            "Al Dhahabia",
            "adh-Dhahabiya",
            "adh-Dhahabiyya",
            "Ed-Dahabia",
        ],
    ),
    (
        "الشرقية",
        ["Al Sharqia", "ash-Sharkiya", "ash-Sharqiyya", "Ech-Charkia"],
    ),
    ("الكبرى", ["Al Kubra", "al-Kobra", "al-Kubrā", "El Koubra"]),
    (
        "الحديثة",
        ["Al Haditha", "al-Hadeetha", "al-Ḥadītha", "El Haditha"],
    ),
    (
        "المتحدة",
        [
            "Al Muttahida",
            "al-Mottahida",
            "al-Muttaḥida",
            "El Mouttahida",
        ],
    ),
    (
        "الجنوبية",
        ["Al Janubia", "al-Ganubiya", "al-Janūbiyya", "El Djanoubia"],
    ),
    (
        "البيضاء",
        ["Al Baydaa", "al-Baida", "al-Bayḍāʾ", "El Beida"],
    ),
];
pub(crate) const WADHIRI_TRADES: &[Spelled] = &[
    ("للتجارة", ["Trading", "Trading", "lit-Tijāra", "Commerce"]),
    (
        "للملاحة",
        ["Shipping", "Navigation", "lil-Milāḥa", "Navigation"],
    ),
    (
        "للمقاولات",
        ["Contracting", "Contracting", "lil-Muqāwalāt", "Travaux"],
    ),
    (
        "للاستثمار",
        [
            "Investment",
            "Investment",
            "lil-Istithmār",
            "Investissement",
        ],
    ),
    (
        "للنقل",
        ["Transport", "Transport", "lin-Naql", "Transports"],
    ),
    ("للصيد", ["Fishing", "Fisheries", "liṣ-Ṣayd", "Pêche"]),
];
pub(crate) const LAZMERI_FIRST: &[&str] = &[
    "ზღვა",
    "ღუზა",
    "კლდე",
    "ჭალა",
    "წყარო",
    "ხიდი",
    "თოვლი",
    "რკინა",
    "ძელქვა",
    "ჩიტი",
    "ნისლი",
    "ბურჯი",
    "ქარი",
    "ფარი",
];
pub(crate) const LAZMERI_SECOND: &[&str] = &[
    "ახალი",
    "დიდი",
    "ლურჯი",
    "მთის",
    "ნავთის",
    "ოქროს",
    "ჩრდილო",
    "ძველი",
];
pub(crate) const LAZMERI_TRADES: &[&str] = &[
    "ტრანსი",
    "ექსპორტი",
    "მშენი",
    "ჰოლდინგი",
    "ვაჭრობა",
    "ლოგისტიკა",
];
pub(crate) const YUNQIAO_FIRST: &[Spelled] = &[
    ("海舟", ["Haizhou", "Hai Zhou", "Haichou", "Hoi Chau"]),
    ("云桥", ["Yunqiao", "Yun Qiao", "Yünch'iao", "Wan Kiu"]),
    ("鹭岛", ["Ludao", "Lu Dao", "Lutao", "Lo To"]),
    ("庆航", ["Qinghang", "Qing Hang", "Ch'inghang", "Hing Hong"]),
    ("瑞泽", ["Ruize", "Rui Ze", "Juitse", "Sui Chak"]),
    ("岚港", ["Langang", "Lan Gang", "Lankang", "Laam Kong"]),
    ("启雁", ["Qiyan", "Qi Yan", "Ch'iyen", "Kai Ngan"]),
    ("旭屿", ["Xuyu", "Xu Yu", "Hsüyü", "Yuk Jyu"]),
    ("松澜", ["Songlan", "Song Lan", "Sunglan", "Chung Lan"]),
    ("泽海", ["Zehai", "Ze Hai", "Tsehai", "Chak Hoi"]),
];
pub(crate) const YUNQIAO_SECOND: &[Spelled] = &[
    ("新", ["Xin", "Xin", "Hsin", "San"]),
    ("大", ["Da", "Da", "Ta", "Tai"]),
    ("金", ["Jin", "Jin", "Chin", "Kam"]),
    ("东", ["Dong", "Dong", "Tung", "Tung"]),
    ("联", ["Lian", "Lian", "Lien", "Luen"]),
    ("恒", ["Heng", "Heng", "Heng", "Hang"]),
];
pub(crate) const YUNQIAO_TRADES: &[Spelled] = &[
    ("贸易", ["Trading", "Trade", "Maoyi", "Trading"]),
    ("航运", ["Shipping", "Marine", "Hangyün", "Shipping"]),
    (
        "投资",
        ["Investment", "Investments", "T'outzu", "Investment"],
    ),
    (
        "建设",
        ["Construction", "Building", "Chienshe", "Construction"],
    ),
    ("渔业", ["Fishery", "Fisheries", "Yüyeh", "Fishery"]),
];

/// Ships are christened in the harbour's language, whoever owns them.
pub(crate) const SHIP_FIRST: &[&str] = &[
    "Måneskær",
    "Havørn",
    "Nordlyset",
    "Sæl",
    "Torskefryd",
    "Vintersol",
    "Bølgeblik",
    "Rævehale",
    "Kobbervæg",
    "Stormsvale",
    "Isfugl",
    "Ravperle",
    "Skærgård",
    "Tågehorn",
    "Lanterne",
    "Alkekonge",
    "Blåmejse",
    "Drivis",
    "Fyrmester",
    "Gråsæl",
    "Hvalros",
    "Jernskib",
    "Klitrose",
    "Lærkesang",
];
pub(crate) const SHIP_LAST: &[&str] = &[
    "",
    "",
    "",
    "II",
    "III",
    "af Merravin",
    "Star",
    "Express",
    "Maria",
    "Trader",
];
