"""The table of rules: one row a rule, with what it takes out and the patterns by which it knows it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.cleaning.stamps import MONTH

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by which furniture is recognised.

    Attributes
    ----------
    name
        Its id, as it stands in table `removed`.
    where
        What it looks at: a line, a line near the `top`, the tail of a line, a stamp at its head, a list under a
        heading, all
        articles of an outlet, a block of a page.
    description
        What it takes out.
    patterns
        Regular expressions, any case; one of them must match all of the line, or of its tail.
    words
        One of these must stand in the line, in lower case, for the patterns to be tried; none: always.
    """

    name: str
    where: str
    description: str
    patterns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


_DAY_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
_DATE = rf"(?:{MONTH}\s?\d{{1,2}},?\s\d{{4}}|\d{{1,2}}\s{MONTH},?\s\d{{4}}|\d{{4}}-\d\d-\d\d)"
_ZONE = r"(?:[ecmp][ds]?t|gmt|utc|bst|cet|ist|jst|local time)"
_WHEN = (
    rf"(?:{MONTH}\b|{_DAY_NAME}|\d[\d:./-]*(?:st|nd|rd|th)?|[ap]\.?m\b\.?|\b(?:{_ZONE}|noon|at|on|and)\b|[\s,|():–-])"
)
_NAME = r"[A-Z][\w.'’-]+(?:\s(?:[A-Z][\w.'’-]*|de|van|von|al|bin|el|la)){1,3}"
_AGENCIES = r"(?:ap|afp|reuters|epa|getty(?: images)?|bloomberg|upi|kyodo|xinhua)"
_PHOTO = (
    r"(?:file\s?photo|photos?\b|photograph|pictures?\b|images?\b|getty|shutterstock|istock|handout|pool\b|epa\b|"
    rf"(?:ap|afp|reuters|upi|xinhua|kyodo)\s(?:photo|file|images?)|/{_AGENCIES}\b|via (?:ap|reuters|getty|afp)\b)"
)
# Names and what stands between them in a credit; a verb ends it, so that no sentence is one.
_CREDITED = (
    r"(?-i:(?:the )?[A-Z][\w.'’-]*(?:[\s,;/&]+(?:and|in|at|for|of|the|from|by|[Aa]dditional|[Ff]urther|[Rr]eporting|"
    r"[Ww]riting|[Ee]diting|[Rr]esearch|[Gg]raphics?|staff|[A-Z][\w.'’-]*))*)"
)
_THIS = r"(?:this|the) (?:story|article|post|report|headline|file|piece)"
_SHARE = (
    r"(?:share (?:this|on \w+|via \w+|with \w+)(?: (?:article|story|post|page))?|share|post|tweet|e-?mail|print|pin|"
    r"save|"
    r"facebook|twitter|whatsapp|linkedin|reddit|pocket|copy link|link copied!?|flipboard|pinterest|telegram|messenger|"
    r"\d[\d,.]*k? shares?)"
)
_AD = r"(?:advertisements?|ads?|sponsored(?: content| links)?|promoted(?: content)?|hidden ad unit|remove ads)"
_CONTINUES = (
    r"(?:(?:story|article|post|text) continue[sd](?: below)?(?: (?:the )?(?:advertisement|ad|video|photo|gallery))?|"
    r"continue reading(?: (?:below|the main story|after the ad))?|"
    r"scroll(?: down)? (?:to|for) (?:continue|more)[^.]{0,40}|keep reading)"
)
_SITES = r"(?:twitter|facebook|instagram|linkedin|youtube|google news|flipboard|telegram|x|threads|tiktok|@)"

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule(
        "carrier_stamp", "stamp",
        "what a carrier puts before a text it passes on: `date 2025-01-07 (MENAFN- Kuwait News Agency (KUNA))`",
    ),
    Rule("agency_dateline", "stamp", "place or day with an agency in brackets: `TOKYO, Jan 7 (KUNA) --`"),
    Rule("agency_credit", "stamp", "an agency in brackets before the first sentence: `(Bloomberg) —`"),
    Rule("dateline", "stamp", "a place in capitals and a dash before the first sentence: `WASHINGTON —`"),
    Rule("repeated", "outlet", "a short line that stands in several articles of one outlet, copies counted once"),
    Rule("page", "page", "a block of an HTML page outside the article, as trafilatura tells it"),
    Rule("link_list", "list", "unpunctuated lines right under a heading of links (`Most Read from Bloomberg`)"),
    Rule("comment_text", "list", "what follows the heading of the readers' comments near the end of a page"),
    Rule(
        "most_read", "line", "heading of a list of popular articles",
        (
            r"(?:most (?:read|popular|viewed|shared|watched|commented)|trending(?: now| stories)?|top stories|"
            r"popular (?:now|stories|posts)|latest (?:news|stories|posts))(?: (?:from|on|in|at) .{1,60})?:?",
        ),
        ("most ", "trending", "top stories", "popular", "latest "),
    ),
    Rule(
        "related", "line", "heading of, or link to, related articles",
        (
            r"\[?(?:read (?:more|also|next)|also read|see (?:also|related|more)|"
            r"related(?: (?:stories|articles?|content|coverage|news|posts?|links|topics|reading))?|"
            r"recommended(?: (?:for you|stories|reading|videos?))?|"
            r"more (?:on this|stories|news|like this|from [^.:]{1,60})|"
            r"you (?:may|might) (?:also )?(?:like|be interested in)|don['’]t miss|up next|what to read next|"
            r"editors?['’]? picks?|from our partners|around the web|watch(?: now| live)?|more)"
            r"(?:\s*(?:\.\.\.|…|:|»|>|\|)?|\s*:\s.{1,160})\]?",
        ),
        (
            "read",
            "see ",
            "related",
            "recommend",
            "more",
            "you m",
            "miss",
            "up next",
            "picks",
            "partners",
            "web",
            "watch",
        ),
    ),
    Rule(
        "see_graphic", "line", "bracketed pointer to photos, video or another article: `( PHOTOS: 10 quotes)`",
        (
            r"[(\[]\s*(?:photos?|video|watch|also|related|see|read|more|gallery|listen|"
            r"slideshow)\b\s*(?:on [^:]{1,40})?"
            r"\s*:[^()\[\]]{1,200}[)\]]",
        ),
        (":",),
    ),
    Rule(
        "subscribe", "line", "subscription, newsletter and app offers",
        (
            r"(?:please )?(?:subscribe|sign[ -]?up|sign in|log ?in|register|create (?:an )?account|join)"
            r"(?: (?:us|now|here|today|free|for free|to continue(?: reading)?|to read more))*\s?[!.:]?",
            r"newsletters? sign[ -]?up|manage newsletters|already a subscriber\?.{0,60}|unlock this article.{0,60}|"
            r"this article is for subscribers.{0,80}|support our (?:journalism|work).{0,120}|"
            r"become a (?:member|subscriber).{0,80}",
            r"(?=.*\b(?:newsletters?|inbox|e-?mail alerts?|podcasts|premium|digital edition)\b)"
            r".{0,200}\b(?:sign(?:ing)? up|subscribe|delivered (?:right |daily |straight )?to your)\b.{0,240}",
            r"\W*(?:sign up|subscribe)\b.{0,40}\b(?:newsletters?|inbox|e-?mails?|briefing|updates|edition|"
            r"alerts)\b.{0,240}",
            r"get (?:all |our |the |your ).{0,120}\b(?:newsletters?|inbox)\b.{0,200}",
            r"\W*click here (?:to|for) (?:get|download|subscribe)?.{0,40}\b(?:app|podcast)\b.{0,20}|"
            r"download (?:the|our) .{1,40} app.{0,60}",
        ),
        (
            "subscri",
            "sign",
            "log",
            "register",
            "account",
            "join",
            "newsletter",
            "unlock",
            "support our",
            "become a",
            "inbox",
            "app",
        ),
    ),
    Rule(
        "comments", "line", "headings and buttons of the readers' comments",
        (
            r"(?:post|leave|add|write|submit) (?:a |your )?(?:comment|reply)s?|(?:no|\d[\d,]*) comments?|"
            r"(?:recent |view |show |hide |all |see |read |load )*(?:comments?|replies)(?: \(?\d+\)?)?"
            r"(?: are (?:closed|off))?\.?",
            r"join the (?:conversation|discussion)|be the first to comment.{0,40}|"
            r"your email address will not be published.{0,80}|(?:log|sign) in to (?:leave a )?(?:comment|reply).{0,40}",
        ),
        ("comment", "repl", "conversation", "discussion", "address"),
    ),
    Rule("share", "line", "buttons to share or print", (rf"(?:{_SHARE}[\s,|·•:/-]*)+",)),
    Rule("advertisement", "line", "marks of advertisements", (rf"(?:{_AD}[\s:.|-]*(?:{_CONTINUES})?[\s.]*)+",)),
    Rule(
        "story_continues", "line", "marks that the story goes on",
        (rf"\W*{_CONTINUES}\W*",),
        ("continue", "scroll", "keep "),
    ),
    Rule(
        "update_note", "line", "notes on updates, corrections and the time of publication",
        (
            r"[(\[]\s*(?:updat(?:es?|ed|ing)|adds?|recasts?|corrects?|refiles?|repeats?|rewrites?|clarifies|releads?)\b"
            r"[^()\[\]]{0,300}[)\]]",
            rf"\W*(?:(?:last |first )?(?:updated|published|modified|posted)|(?:publication |"
            rf"publish )?date)\b(?=[^.]*\d){_WHEN}+\.?",
            rf"{_THIS} (?:has been|was|is being) (?:updated|corrected|amended|revised)[^.]{{0,160}}\.?",
            r"this (?:is a )?(?:breaking|developing) (?:news )?story.{0,100}",
            r"(?:an |a )?(?:earlier|previous|original) version of this (?:story|article|post|report|column|"
            r"headline)\b.{0,300}",
            r"(?:this )?(?:article|story|post) (?:is|was) (?:more than \d+ (?:years?|months?|weeks?|days?) old|"
            r"(?:originally|first) published.{0,160})\.?",
        ),
        (
            "updat",
            "add",
            "recast",
            "correct",
            "refile",
            "repeat",
            "rewrit",
            "clarif",
            "relead",
            "publi",
            "modif",
            "posted",
            "date",
            "amended",
            "revised",
            "version",
            "old",
            "story",
        ),
    ),
    Rule(
        "credit", "line", "credits of contributors and agencies",
        (
            r"[\s–—*(\[-]*with (?:additional )?(?:assistance|reporting|files|contributions?|help|inputs?) "
            rf"(?:from|by) {_CREDITED}[.)\]\s]*",
            r"[\s–—*(\[-]*(?:additional |further )?(?:reporting|writing|editing|graphics?|research|contributions?|"
            rf"edited|compiled|translated|produced)(?: and (?:editing|writing|reporting))? by {_CREDITED}[.)\]\s]*",
            r"[\s–—*(\[-]*contribut(?:ing|ors?|ed by)\s*:\s?.{1,200}",
            r"[(\[–—*•_-]*\s?(?:[^.!?“”\"]|(?<=\b\w)\.|(?<=\bSt)\.|(?<=\bJr)\.){3,220} (?:also )?contributed "
            r"(?:to this (?:report|story|article|post|column|piece)|(?:additional )?(?:reporting|research))"
            r"(?:[^.“”\"]|(?<=\.[A-Z])\.){0,100}[.)\]]*",
            r"\W*this (?:article|story|report) (?:is|was) (?:based (?:in part )?on wire (?:service )?reports|"
            r"produced by .{1,80}|republished .{1,150})\.?",
            r"our standards: .{1,80}|[–—-]{1,2}\s?(?:the )?(?:associated press|reuters|afp|upi|bloomberg|kyodo|"
            r"xinhua|ap)\.?",
        ),
        ("with ", " by ", "contribut", "wire", "republished", "standards", "-", "–", "—"),
    ),
    Rule(
        "byline", "top", "the writers' names: `By Jane Doe and John Roe`",
        (
            rf"(?-i:(?:By|BY)\s(?!The\b|A\b|An\b){_NAME}(?:(?:,\s?|\s?&\s?|\sand\s|,\sand\s){_NAME}){{0,5}}"
            r"(?:(?:,|\s[|–—-]|\sfor|\sof)\s[A-Z][^.!?]{1,60})?)",
        ),
        ("by ",),
    ),
    Rule(
        "date_line", "top", "a date, or a place and a date, standing alone",
        (
            rf"(?-i:(?:{_NAME}|[A-Z][\w.'’-]+)(?:,\s?[A-Z][\w. '’-]{{1,30}}){{0,2}}\s*(?:[–—|,-]|\s--)\s*)?"
            rf"(?:{_DAY_NAME},?\s)?{_DATE}(?:,?\s(?:at\s)?\d{{1,2}}[:.]\d\d(?:\s?[ap]\.?m\.?)?(?:\s?{_ZONE})?)?\.?",
        ),
        tuple("0123456789"),
    ),
    Rule(
        "copyright", "line", "copyright and reprint notes",
        (
            r"\W*(?:copyright\b|©|\(c\)\s?(?:copyright|\d{4})|℗).{0,350}",
            r".{0,80}\ball rights reserved\b.{0,300}",
            r"this material may not be published.{0,200}|.{0,120}click here for reprint permission.{0,40}",
        ),
        ("copyright", "©", "(c)", "℗", "all rights", "this material", "reprint"),
    ),
    Rule(
        "caption_credit", "line", "photo captions and credits",
        (
            rf".{{0,330}}[(\[][^()\[\]]{{0,120}}{_PHOTO}[^()\[\]]{{0,80}}[)\]]\.?",
            r"(?:enlarge this image\s?)?(?:toggle|show|hide) caption\b.{0,300}",
            r"(?:file|file photo|photo|foto|image|picture|pictured|caption|photo illustration|illustration)\s*"
            r"(?:\([^()]{1,40}\))?\s*(?:[:|–—-]|credit\b|copyright\b|by\b|courtesy\b).{1,350}",
            rf"\([^()]{{2,60}}/{_AGENCIES}[^()]{{0,40}}\)|(?:getty images|ap photo|shutterstock|"
            rf"istock)(?:[/\s].{{0,60}})?",
        ),
        (
            "photo",
            "pictur",
            "image",
            "getty",
            "stock",
            "handout",
            "pool",
            "epa",
            "ap",
            "afp",
            "reuters",
            "upi",
            "xinhua",
            "kyodo",
            "caption",
            "file",
            "foto",
            "illustration",
            "bloomberg",
        ),
    ),
    Rule(
        "caption_dated", "line", "a caption that dates what it shows: no full stop, a full date at its end",
        (rf"(?-i:[A-Z])(?!.*\bposted by\b)[^“”\"]{{10,200}}\bon {_DATE}",),
        tuple("0123456789"),
    ),
    Rule(
        "follow", "line", "invitations to follow the outlet or a writer elsewhere",
        (
            rf"\W*(?:follow|like|find|join|connect with) (?:us|him|her|them|me|@\w+|[^.]{{3,60}}?) (?:on|at|"
            rf"via) {_SITES}\b.{{0,160}}",
            r"\W*follow @\w+(?:\s+follow @\w+|\s*(?:and|,)\s*@\w+)*\W*|[^.]{0,80}\bon twitter:?\s@\w+\W*",
        ),
        ("follow", "like ", "find ", "join ", "connect ", "@"),
    ),
    Rule(
        "contact", "line", "addresses for tips and letters",
        (
            r"(?:contact (?:us|the (?:author|writer|reporter)|[A-Z][^.]{2,40}) at|send (?:letters|tips|feedback|"
            r"comments) to|"
            r"e-?mail:?|got a (?:tip|question).{0,60}e-?mail) .{0,60}@.{2,60}|\S+@\S+\.\w{2,6}",
        ),
        ("@",),
    ),
    Rule(
        "disclaimer", "line", "disclaimers about opinions, transcripts and machine output",
        (
            r"\W*(?:the )?(?:opinions?|views?)(?: and opinions?)? expressed (?:by|in|here|are)\b.{0,300}",
            r"this is a rush transcript.{0,160}|(?:legal )?disclaimer:.{0,350}",
            r"this (?:article|text|translation) (?:has been|was) (?:machine|automatically) translated.{0,160}",
        ),
        ("expressed", "rush transcript", "translated", "disclaimer"),
    ),
    Rule(
        "navigation", "line", "buttons and labels of a page",
        (
            r"close|loading\W*|menu|search|home|next|prev(?:ious)?|back(?: to top)?|skip to (?:main )?content|"
            r"cookie (?:policy|settings)|privacy policy|terms of (?:use|service)|"
            r"listen(?: to (?:this )?article)?(?: \d+:\d+)?(?:\s+share.{0,60})?|\d{1,2} min(?:ute)?s? read|"
            r"(?:prev|next) image \d+ of \d+|slideshow\W+\d+ images\W*|click (?:here|to) .{1,60}|enlarge|expand|video|"
            r"photos?|gallery|play(?: video)?|full screen|show more|view (?:more|all|gallery|comments)|see all|"
            r"load more|"
            r"\d+ (?:hours?|minutes?|days?|years?|months?) ago|toggle navigation",
        ),
    ),
    Rule(
        "markup", "line", "remains of page code",
        (
            r"\{\s?\"\w+\"\s?:.{0,390}|\w+=\"[^\"]{0,300}\"\W*|<[^<>]{1,300}>",
            r"\[(?:pullquote|break|music|caption[^\]]{0,100}|/?\w+ [^\]]{0,60}=[^\]]{0,100})\]",
        ),
        ("{", "=", "[", "<"),
    ),
    Rule(
        "end_mark", "line", "end of transmission: `(end)`, `-30-`, `###`",
        (r"\(?\s?(?:end|ends|more)\s?\)|[-–—]\s?30\s?[-–—]|-?ends?-|/?end/",),
    ),
    Rule("separator", "line", "a line without a letter or digit", (r"[\W_]+",)),
    Rule(
        "end_mark_inline", "tail", "end of transmission behind the last sentence: `(end)`, initials behind it or not",
        (r"\s*\((?:end|ends)\)(?:\s+[a-z]{2,3}(?:\.[a-z]{2,3})*)?\s*",),
        ("(end",),
    ),
    Rule(
        "credit_inline", "tail", "agency credits behind the last sentence",
        (
            r"\s*[(\[](?:additional |further )?(?:reporting|writing|editing|compiled)\s(?:by|and\s\w+\sby)\s"
            r"[^()\[\]]{2,250}[)\]]\.?\s*",
        ),
        (" by ",),
    ),
    Rule(
        "copyright_inline", "tail", "copyright note behind the last sentence",
        (r"\s*(?:©|\(c\)|copyright)\s?\d{4}[^.!?]{0,80}\.?\s*",),
        ("©", "(c)", "copyright"),
    ),
    Rule(
        "story_continues_inline", "tail", "mark that the story goes on, behind a sentence",
        (r"(?<=[.!?”\"])\s+(?:story continued below|story continues below|article continues below|advertisement)\W*",),
        ("continue", "advertisement"),
    ),
)
# fmt: on
