//! What names are made of, per culture: given names in common use, and stems and endings of
//! families and companies that were invented for this world.

/// A word in its own script with its four Latin spellings.
pub(crate) type Spelled = (&'static str, [&'static str; 4]);

pub(crate) const HARBOUR_MEN: &[&str] = &[
    "Jørn", "Åke", "Søren", "Torvald", "Bjarke", "Leif", "Håkon", "Anders", "Eskil", "Mårten",
    "Rasmus", "Sigurd", "Tore", "Ulrik", "Viggo", "Øystein", "Göran", "Holger", "Ivar", "Kåre",
    "Niels", "Oskar", "Per", "Steen",
];
pub(crate) const HARBOUR_WOMEN: &[&str] = &[
    "Åsa", "Märta", "Solveig", "Ingrid", "Bodil", "Dagny", "Elin", "Frøya", "Gerd", "Hedvig",
    "Kirsten", "Liv", "Maren", "Ragnhild", "Sigrid", "Tuva", "Ylva", "Brita", "Jytte", "Kaja",
    "Lærke", "Pernille", "Rønnaug", "Sölve",
];
pub(crate) const HARBOUR_STEMS: &[&str] = &[
    "Tjøl", "Skrå", "Ørv", "Vess", "Brøk", "Måld", "Gjær", "Kvend", "Sjöl", "Dræv", "Fjæt", "Hølt",
    "Yrn", "Åskel", "Rund", "Blåt", "Grym", "Stråm", "Næv", "Kløv", "Hjels", "Vånd", "Trøg",
    "Sækk", "Lyd", "Pråm", "Svær", "Bødk",
];
pub(crate) const HARBOUR_ENDINGS: &[&str] = &[
    "holm", "vik", "rud", "mark", "ström", "nes", "dal", "haug", "sen",
];

pub(crate) const VELMARK_MEN: &[&str] = &[
    "Ondřej",
    "Zdeněk",
    "Łukasz",
    "Jiří",
    "Štěpán",
    "Radovan",
    "Bořek",
    "Dušan",
    "Matěj",
    "Vojtěch",
    "Tomáš",
    "Kálmán",
    "Gergő",
    "Zoltán",
    "Miloš",
    "Čeněk",
    "Pavel",
    "Ctibor",
    "Lóránt",
    "Ivo",
];
pub(crate) const VELMARK_WOMEN: &[&str] = &[
    "Božena",
    "Zdeňka",
    "Żaneta",
    "Markéta",
    "Štěpánka",
    "Růžena",
    "Libuše",
    "Ágnes",
    "Katalin",
    "Jitka",
    "Milada",
    "Świetlana",
    "Věra",
    "Blažena",
    "Ilona",
    "Hana",
    "Kamila",
    "Ludmila",
    "Olga",
    "Tereza",
];
pub(crate) const VELMARK_STEMS: &[&str] = &[
    "Držk", "Koštr", "Vlač", "Březn", "Zárub", "Hłud", "Mrazk", "Škorp", "Pěnč", "Tůlk", "Žvan",
    "Křep", "Hrdl", "Strakl", "Čmel", "Pluh", "Smol", "Vrtk", "Dlask", "Kubr", "Ořech", "Rákosn",
    "Švihl", "Třešt",
];
pub(crate) const VELMARK_ENDINGS: &[&str] =
    &["ický", "ovec", "ák", "ík", "inský", "aček", "enda", "eš"];

/// Given name and the stem of the patronymic made from it.
pub(crate) const DROVONIAN_MEN: &[(&str, &str)] = &[
    ("Сергей", "Сергее"),
    ("Алексей", "Алексее"),
    ("Аркадий", "Аркадье"),
    ("Дмитрий", "Дмитрие"),
    ("Юрий", "Юрье"),
    ("Евгений", "Евгенье"),
    ("Михаил", "Михайло"),
    ("Пётр", "Петро"),
    ("Фёдор", "Фёдоро"),
    ("Николай", "Николае"),
    ("Андрей", "Андрее"),
    ("Вячеслав", "Вячеславо"),
    ("Григорий", "Григорье"),
    ("Эдуард", "Эдуардо"),
    ("Матвей", "Матвее"),
    ("Тимофей", "Тимофее"),
    ("Руслан", "Руслано"),
    ("Ярослав", "Ярославо"),
    ("Игнат", "Игнато"),
    ("Захар", "Захаро"),
];
pub(crate) const DROVONIAN_WOMEN: &[&str] = &[
    "Наталья",
    "Елена",
    "Ольга",
    "Юлия",
    "Татьяна",
    "Ксения",
    "Людмила",
    "Евгения",
    "Жанна",
    "Майя",
    "Раиса",
    "Софья",
    "Ульяна",
    "Элеонора",
    "Алла",
    "Яна",
    "Мария",
    "Вера",
    "Лидия",
    "Зоя",
];
pub(crate) const DROVONIAN_STEMS: &[&str] = &[
    "Дробыш",
    "Зарубаж",
    "Коржик",
    "Мирошк",
    "Сухаш",
    "Тележк",
    "Червяг",
    "Щеглач",
    "Ярыж",
    "Бурцаж",
    "Гнедыш",
    "Жильч",
    "Лапшун",
    "Плещук",
    "Рудняг",
    "Хрящук",
    "Шумилк",
    "Юргаш",
    "Кряжик",
    "Верещак",
    "Ёлшин",
    "Цаплюк",
    "Эрмяк",
    "Пыжак",
    "Громыч",
    "Фидюш",
];
/// Endings of a family name for men and for women.
pub(crate) const DROVONIAN_ENDINGS: &[(&str, &str)] = &[
    ("ов", "ова"),
    ("ин", "ина"),
    ("енко", "енко"),
    ("овский", "овская"),
    ("ев", "ева"),
    ("юк", "юк"),
];

pub(crate) const KALATHENE_MEN: &[&str] = &[
    "Γιώργος",
    "Παύλος",
    "Ευάγγελος",
    "Χρήστος",
    "Κωνσταντίνος",
    "Θεόδωρος",
    "Αντώνης",
    "Βασίλης",
    "Δημήτρης",
    "Ηλίας",
    "Ιάσων",
    "Λεωνίδας",
    "Μιχάλης",
    "Νικόλαος",
    "Ξενοφών",
    "Πέτρος",
    "Σπύρος",
    "Φίλιππος",
    "Χαράλαμπος",
];
pub(crate) const KALATHENE_WOMEN: &[&str] = &[
    "Αικατερίνη",
    "Ευγενία",
    "Χριστίνα",
    "Ουρανία",
    "Θεοδώρα",
    "Βασιλική",
    "Γεωργία",
    "Δέσποινα",
    "Ελένη",
    "Ζωή",
    "Ιουλία",
    "Καλλιόπη",
    "Μαρία",
    "Ναυσικά",
    "Παρασκευή",
    "Σοφία",
    "Φωτεινή",
    "Χρυσάνθη",
    "Αντιγόνη",
];
pub(crate) const KALATHENE_STEMS: &[&str] = &[
    "Θαλασσιν",
    "Αρμυρ",
    "Βουτσαλ",
    "Γκαραφ",
    "Δελφαν",
    "Ζευγολ",
    "Καραβατ",
    "Λιμναρ",
    "Μπαρκαρ",
    "Ντουλαπ",
    "Ξυλοκ",
    "Παγουρ",
    "Ροδακιν",
    "Σφουγγ",
    "Τρεχαντ",
    "Φανουρ",
    "Χαλικ",
    "Ψαθυρ",
    "Αυλωνιτ",
    "Ευκαλυπτ",
];
pub(crate) const KALATHENE_ENDINGS: &[&str] = &["ίδης", "όπουλος", "άκης", "έας", "άτος", "ούδης"];

pub(crate) const WADHIRI_MEN: &[Spelled] = &[
    ("محمود", ["Mahmoud", "Mahmood", "Maḥmūd", "Mahmud"]),
    ("يوسف", ["Yousef", "Yusuf", "Yūsuf", "Youssef"]),
    ("خالد", ["Khaled", "Khalid", "Khālid", "Chalid"]),
    ("سعيد", ["Saeed", "Said", "Saʿīd", "Saïd"]),
    ("إبراهيم", ["Ibrahim", "Ebrahim", "Ibrāhīm", "Brahim"]),
    ("حسين", ["Hussein", "Husain", "Ḥusayn", "Hossein"]),
    ("طارق", ["Tareq", "Tariq", "Ṭāriq", "Tarek"]),
    ("فيصل", ["Faisal", "Faysal", "Fayṣal", "Fayçal"]),
    ("جمال", ["Jamal", "Gamal", "Jamāl", "Djamal"]),
    ("قاسم", ["Qasim", "Kassem", "Qāsim", "Kacem"]),
    ("رشيد", ["Rasheed", "Rashid", "Rashīd", "Rachid"]),
    ("ناصر", ["Nasser", "Nasir", "Nāṣir", "Naceur"]),
    ("عمر", ["Omar", "Umar", "ʿUmar", "Omer"]),
    ("سليمان", ["Sulaiman", "Suleiman", "Sulaymān", "Slimane"]),
];
pub(crate) const WADHIRI_WOMEN: &[Spelled] = &[
    ("ليلى", ["Laila", "Leila", "Laylā", "Leïla"]),
    ("عائشة", ["Aisha", "Ayesha", "ʿĀʾisha", "Aïcha"]),
    ("زينب", ["Zainab", "Zeinab", "Zaynab", "Zineb"]),
    ("نورة", ["Noura", "Nora", "Nūra", "Nourah"]),
    ("خديجة", ["Khadija", "Khadijah", "Khadīja", "Chadidscha"]),
    ("هند", ["Hind", "Hend", "Hind", "Hinde"]),
    ("سلمى", ["Salma", "Selma", "Salmā", "Sallema"]),
    ("فاطمة", ["Fatima", "Fatma", "Fāṭima", "Fatimah"]),
    ("مريم", ["Mariam", "Maryam", "Maryam", "Meriem"]),
    ("ياسمين", ["Yasmin", "Yasmeen", "Yāsamīn", "Jasmin"]),
];
pub(crate) const WADHIRI_FAMILIES: &[Spelled] = &[
    (
        "المرساني",
        ["Al Marsani", "al-Marsany", "al-Marsānī", "El Marsani"],
    ),
    (
        "الفنارجي",
        ["Al Fanarji", "al-Fanargi", "al-Fanārjī", "El Fanardji"],
    ),
    (
        "القلاعوي",
        ["Al Qalawi", "al-Kalawy", "al-Qalāʿwī", "El Kalaoui"],
    ),
    (
        "الصخراني",
        ["Al Sakhrani", "as-Sakhrany", "aṣ-Ṣakhrānī", "Es-Sakhrani"],
    ),
    (
        "الشراعبي",
        ["Al Shiraabi", "ash-Shiraby", "ash-Shirāʿbī", "Ech-Chiraabi"],
    ),
    (
        "الوضيري",
        ["Al Wadhiri", "al-Wadiry", "al-Waḍīrī", "El Ouadhiri"],
    ),
    (
        "اللؤلؤاني",
        ["Al Luluani", "al-Lulwany", "al-Luʾluʾānī", "El Loulouani"],
    ),
    (
        "الموجاوي",
        ["Al Mawjawi", "al-Mojawy", "al-Mawjāwī", "El Moudjaoui"],
    ),
    (
        "الضفافي",
        ["Al Dhifafi", "ad-Difafy", "aḍ-Ḍifāfī", "Ed-Difafi"],
    ),
    (
        "النخيلاوي",
        [
            "Al Nakhilawi",
            "an-Nakheelawy",
            "an-Nakhīlāwī",
            "En-Nakhilaoui",
        ],
    ),
    (
        "البرزخاني",
        [
            "Al Barzakhani",
            "al-Barzakhany",
            "al-Barzakhānī",
            "El Barzakhani",
        ],
    ),
    (
        "الغواصي",
        ["Al Ghawwasi", "al-Ghawasy", "al-Ghawwāṣī", "El Ghaouassi"],
    ),
    (
        "الحجارتي",
        ["Al Hijarti", "al-Higarty", "al-Ḥijārtī", "El Hidjarti"],
    ),
    (
        "الدوحاني",
        ["Al Dawhani", "ad-Dohany", "ad-Dawḥānī", "Ed-Daouhani"],
    ),
    (
        "الطويراني",
        ["Al Tuwairani", "at-Twairany", "aṭ-Ṭuwayrānī", "Et-Touirani"],
    ),
    (
        "الكثبانجي",
        [
            "Al Kuthbanji",
            "al-Kothbangi",
            "al-Kuthbānjī",
            "El Kouthbandji",
        ],
    ),
];

pub(crate) const LAZMERI_MEN: &[&str] = &[
    "გიორგი",
    "ზურაბ",
    "ჯემალ",
    "შოთა",
    "ვახტანგ",
    "თენგიზ",
    "ლევან",
    "ნოდარ",
    "ოთარ",
    "რეზო",
    "კახა",
    "ილია",
    "ბადრი",
    "დავით",
    "ელდარ",
    "მერაბ",
];
pub(crate) const LAZMERI_WOMEN: &[&str] = &[
    "ნინო",
    "თამარ",
    "ქეთევან",
    "მანანა",
    "ლია",
    "ეკა",
    "მზია",
    "ნათია",
    "სოფიო",
    "ხათუნა",
    "მარიკა",
    "ლალი",
];
pub(crate) const LAZMERI_STEMS: &[&str] = &[
    "ზღვარ",
    "ღუზა",
    "ნავთა",
    "კლდია",
    "ჭალა",
    "წყარა",
    "ყვავი",
    "ხიდა",
    "ფიჩხა",
    "ჟამა",
    "ბორცვა",
    "თოვლა",
    "რკინა",
    "ძელქა",
    "ცაცხვა",
    "ჩიტა",
    "მუხრა",
    "ნისლა",
];
pub(crate) const LAZMERI_ENDINGS: &[&str] = &["შვილი", "ძე", "ური", "ავა", "იანი"];

/// A Chinese character with its pinyin, another mainland habit, Wade-Giles and Cantonese.
pub(crate) const YUNQIAO_FAMILIES: &[Spelled] = &[
    ("廖", ["Liao", "Liao", "Liao", "Liu"]),
    ("薛", ["Xue", "Xue", "Hsüeh", "Sit"]),
    ("邹", ["Zou", "Zou", "Tsou", "Chow"]),
    ("柯", ["Ke", "Ke", "K'o", "Or"]),
    ("沈", ["Shen", "Shen", "Shen", "Sum"]),
    ("覃", ["Qin", "Tan", "Ch'in", "Tam"]),
    ("卓", ["Zhuo", "Zhuo", "Cho", "Cheuk"]),
    ("邝", ["Kuang", "Kuang", "K'uang", "Kwong"]),
    ("骆", ["Luo", "Luo", "Lo", "Lok"]),
    ("翁", ["Weng", "Weng", "Weng", "Yung"]),
    ("祝", ["Zhu", "Zhu", "Chu", "Chuk"]),
    ("湛", ["Zhan", "Zhan", "Chan", "Cham"]),
];
pub(crate) const YUNQIAO_GIVEN: &[Spelled] = &[
    ("海", ["hai", "hai", "hai", "hoi"]),
    ("舟", ["zhou", "zhou", "chou", "chau"]),
    ("桥", ["qiao", "qiao", "ch'iao", "kiu"]),
    ("云", ["yun", "yun", "yün", "wan"]),
    ("鹭", ["lu", "lu", "lu", "lo"]),
    ("松", ["song", "song", "sung", "chung"]),
    ("庆", ["qing", "qing", "ch'ing", "hing"]),
    ("瑞", ["rui", "rui", "jui", "sui"]),
    ("泽", ["ze", "ze", "tse", "chak"]),
    ("岚", ["lan", "lan", "lan", "laam"]),
    ("澜", ["lan", "lan", "lan", "lan"]),
    ("旭", ["xu", "xu", "hsü", "yuk"]),
    ("晴", ["qing", "qing", "ch'ing", "ching"]),
    ("珊", ["shan", "shan", "shan", "saan"]),
    ("启", ["qi", "qi", "ch'i", "kai"]),
    ("航", ["hang", "hang", "hang", "hong"]),
    ("雁", ["yan", "yan", "yen", "ngan"]),
    ("屿", ["yu", "yu", "yü", "jyu"]),
];

// Companies.

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
