"""Words that come with a name or stand for one: titles, unnamed sources, documents, nations."""

from __future__ import annotations

__all__ = ["DOCUMENTS", "FEMININE", "MASCULINE", "NATIONS", "OFFICES", "SPOKESPERSONS", "TITLES", "UNNAMED"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Stripped from before a name, in any case.
_OFFICES = _set(
    "mr mrs ms miss mx dr prof professor sir lord lady dame rev reverend father sister rabbi imam president "
    "prime-minister minister premier chancellor secretary undersecretary senator sen representative rep "
    "congressman congresswoman governor gov mayor councilman councilwoman councilor commissioner ambassador envoy "
    "consul general gen admiral adm colonel col major maj captain capt lieutenant lt sergeant sgt justice judge "
    "attorney spokesman spokeswoman spokesperson chairman chairwoman chairperson chair director manager adviser "
    "advisor ceo cfo coo founder co-founder executive officer head leader speaker whip candidate nominee analyst "
    "economist strategist columnist correspondent reporter editor author commentator host anchor activist "
    "pollster king queen prince princess emperor pope cardinal bishop archbishop pastor coach president-elect "
    "vice-president"
)
# Stand before a title and are no part of a name, and make no person of one.
_MODIFIERS = _set(
    "former ex outgoing incoming acting then late senior junior foreign defense defence state interior finance "
    "trade treasury commerce cabinet national security vice prime deputy assistant chief republican democratic "
    "democrat gop house senate white us u.s japanese american british chinese the a an"
)
OFFICES = _OFFICES
TITLES = _OFFICES | _MODIFIERS
MASCULINE = _set(
    "mr sir lord father king prince congressman spokesman chairman councilman businessman brother son husband"
)
FEMININE = _set(
    "mrs ms miss lady dame sister queen princess congresswoman spokeswoman chairwoman councilwoman businesswoman "
    "daughter wife"
)
SPOKESPERSONS = _set(
    "spokesman spokeswoman spokesperson spokespeople spokesmen spokeswomen representative representatives"
)
# Heads of phrases for people who are not named.
UNNAMED = _set(
    "official officials source sources person people aide aides adviser advisers advisor advisors diplomat "
    "diplomats analyst analysts expert experts critic critics observer observers insider insiders staffer "
    "staffers lawmaker lawmakers voter voters resident residents witness witnesses supporter supporters executive "
    "executives employee employees worker workers investor investors trader traders economist economists "
    "strategist strategists operative operatives researcher researchers scientist scientists scholar scholars "
    "lawyer lawyers attorney attorneys prosecutor prosecutors investigator investigators activist activists "
    "protester protesters opponent opponents ally allies donor donors friend friends neighbor neighbors "
    "participant participants attendee attendees man woman men women student students teacher teachers doctor "
    "doctors soldier soldiers officer officers authorities leaders politicians some others many most few several "
    "one someone somebody those republicans democrats conservatives liberals reporters reporter journalists "
    "journalist spokesman spokeswoman spokesperson spokespeople representative representatives"
)
# What is said in one of these is said by whoever issued it.
DOCUMENTS = _set(
    "statement release account report letter memo email tweet post message transcript readout communique "
    "announcement filing document note article interview remarks speech press"
)
# Adjective or other form -> the name used in offices. Only where the two differ beyond a possessive.
NATIONS = {
    "japanese": "japan",
    "american": "us",
    "u.s": "us",
    "usa": "us",
    "america": "us",
    "united": "",
    "states": "us",
    "british": "uk",
    "britain": "uk",
    "u.k": "uk",
    "chinese": "china",
    "korean": "korea",
    "russian": "russia",
    "french": "france",
    "german": "germany",
    "indian": "india",
    "australian": "australia",
    "canadian": "canada",
    "mexican": "mexico",
    "ukrainian": "ukraine",
    "israeli": "israel",
    "iranian": "iran",
    "turkish": "turkey",
    "brazilian": "brazil",
    "italian": "italy",
    "spanish": "spain",
    "european": "eu",
    "saudi": "saudi",
    "philippine": "philippines",
    "taiwanese": "taiwan",
    "polish": "poland",
    "dutch": "netherlands",
    "swedish": "sweden",
    "egyptian": "egypt",
    "kuwaiti": "kuwait",
}
