"""What people type in the conversations of these tests, per language; none of it stands in ``bot/nlu`` or ``knowledge/messages``."""

from __future__ import annotations

LANGUAGES = ("lt", "lv", "et", "uk", "ru", "en")
COUNTRY = {"lt": "LT", "lv": "LV", "et": "EE", "uk": "LT", "ru": "LV", "en": "EE"}

Phrases = dict[str, str]

LICENCE: Phrases = {
    "lt": "Noriu pasikeisti vairuotojo pažymėjimą į lietuvišką, kaip tai padaryti?",
    "lv": "Kā varu apmainīt savu autovadītāja apliecību pret Latvijas apliecību?",
    "et": "Kuidas vahetada oma juhiluba Eesti juhiloa vastu?",
    "uk": "Як обміняти моє водійське посвідчення на місцеве?",
    "ru": "Как мне поменять мои водительские права на местные?",
    "en": "How can I exchange my driving licence for a local one?",
}
COST: Phrases = {
    "lt": "o kiek už tai reikės mokėti?",
    "lv": "un cik par to būs jāmaksā?",
    "et": "aga mis see maksma läheb?",
    "uk": "а скільки за це треба заплатити?",
    "ru": "а сколько за это надо заплатить?",
    "en": "and how much will I have to pay for it?",
}
CLERK: Phrases = {
    "lt": "parodyk tekstą darbuotojui",
    "lv": "gribu to parādīt darbiniecei",
    "et": "tahan seda ametnikule näidata",
    "uk": "покажіть це для працівниці на касі",
    "ru": "покажи это для сотрудницы в окошке",
    "en": "show this to the lady at the counter",
}
SIMPLER: Phrases = {
    "lt": "ar galima paprasčiau, nesuprantu",
    "lv": "vai var vienkāršāk, es nesaprotu",
    "et": "kas saaks lihtsamalt, ma ei saa aru",
    "uk": "можна простіше, я не розумію",
    "ru": "можно попроще, я не понимаю",
    "en": "simpler please, i do not get it",
}
ABOUT_ME: Phrases = {
    "lt": "ką tu apie mane žinai?",
    "lv": "ko tu par mani zini?",
    "et": "mida sa minu kohta tead?",
    "uk": "що ти знаєш про мене?",
    "ru": "что ты обо мне знаешь?",
    "en": "what is it that you know about me?",
}
GUIDE: Phrases = {
    "lt": "paaiškink žingsnis po žingsnio, kaip veikia sveikatos draudimas",
    "lv": "paskaidro soli pa solim, kā darbojas veselības apdrošināšana",
    "et": "selgita samm-sammult, kuidas ravikindlustus toimib",
    "uk": "поясни крок за кроком, як працює медичне страхування",
    "ru": "объясни шаг за шагом, как работает медицинская страховка",
    "en": "explain step by step how health insurance works",
}
PERSON: Phrases = {
    "lt": "norėčiau pasikalbėti su gyvu žmogumi",
    "lv": "vēlos aprunāties ar īstu cilvēku",
    "et": "soovin rääkida päris inimesega",
    "uk": "хочу поспілкуватися з живою людиною",
    "ru": "хочу пообщаться с живым человеком",
    "en": "let me talk to a real human being",
}
MESSAGE: Phrases = {
    "lt": "Negaliu užpildyti formos dėl vaiko pinigų, ar kas galėtų padėti?",
    "lv": "Nevaru aizpildīt veidlapu par bērna pabalstu, vai kāds var palīdzēt?",
    "et": "Ma ei oska lapsetoetuse vormi täita, kas keegi saaks aidata?",
    "uk": "Не можу заповнити форму на допомогу для дитини, чи може хтось допомогти?",
    "ru": "Не могу заполнить форму на пособие, может ли кто-нибудь помочь?",
    "en": "I cannot fill in the child benefit form, can somebody help?",
}
NONSENSE: Phrases = {
    "lt": "žydras dramblys šoka ant mėnulio",
    "lv": "rozā pīle dzied operu uz mēness",
    "et": "sinine elevant tantsib kuu peal",
    "uk": "синій слон танцює на місяці",
    "ru": "синий слон танцует на луне",
    "en": "a blue elephant dances on the moon",
}
YES: Phrases = {"lt": "taip", "lv": "jā", "et": "jah", "uk": "так", "ru": "да", "en": "yes"}
STOP: Phrases = {
    "lt": "užteks, baikim",
    "lv": "pietiek, beidzam",
    "et": "aitab, lõpetame",
    "uk": "досить, закінчимо",
    "ru": "хватит, закончим",
    "en": "that's enough, stop",
}
EXPORT: Phrases = {
    "lt": "noriu gauti visus savo duomenis",
    "lv": "gribu saņemt visus savus datus",
    "et": "soovin saada kõiki oma andmeid",
    "uk": "хочу отримати всі свої дані",
    "ru": "хочу получить все свои данные",
    "en": "I would like to get a copy of all my data",
}
INSULT: Phrases = {
    "lt": "tu kvailas robotas",
    "lv": "tu esi stulbs idiots",
    "et": "sa oled loll robot",
    "uk": "ти дурний бот",
    "ru": "ты тупой бот",
    "en": "you are a stupid bot",
}
UNHELPFUL: Phrases = {
    "lt": "tai man visai nepadėjo",
    "lv": "tas man nemaz nepalīdzēja",
    "et": "see ei aidanud mind üldse",
    "uk": "це мені зовсім не допомогло",
    "ru": "это мне совсем не помогло",
    "en": "that did not help me at all",
}
