"""The table of rules: one row a rule, with what it takes out and the patterns by which it knows it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.cleaning.pieces import (
    AD,
    AGENCIES,
    CAPITAL,
    CONTINUES,
    CREDITED,
    DATE,
    DAY_NAME,
    GIVEN,
    GLUED,
    NAME,
    PHOTO,
    SHARE,
    SITES,
    THIS,
    WHEN,
    ZONE,
)

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by which furniture is recognised.

    Attributes
    ----------
    name
        Its id, as it stands in table `removed`.
    where
        What it looks at: a line, a line near the `top`, the tail of a line, the `inside` of one, a stamp at its head,
        a list under a heading, all articles of an outlet, a block of a page.
    description
        What it takes out.
    patterns
        Regular expressions, any case; one of them must match all of the line, or of its tail. Inside a line case
        counts, and what goes is the group `cut`.
    words
        One of these must stand in the line, in lower case, for the patterns to be tried; none: always. Inside a line
        all of them must, as they are written here.
    """

    name: str
    where: str
    description: str
    patterns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


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
    Rule("link_capitals", "list", "two lines or more in capitals, one under the other, without a full stop: links"),
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
            r"(?-i:READ|Read|WATCH|Watch)\s?:\s.{1,160}|full coverage\s?:.{1,60}",
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
            "coverage",
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
            r"(?:get|let) .{3,160}\b(?:alerts|inbox)\b.{0,200}\b(?:delivered|protected by recaptcha)\b.{0,80}",
            r"(?:catch up|listen|tune in|subscribe|check out)\b.{0,160}\bour (?:[\w-]+ ){0,3}podcast\b.{0,60}",
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
            "alerts",
            "delivered",
            "podcast",
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
    Rule("share", "line", "buttons to share or print", (rf"(?:{SHARE}[\s,|·•:/-]*)+",)),
    Rule(
        "advertisement", "line", "marks of advertisements",
        (rf"{AD}[\s:.|-]*(?:(?:{AD}|{CONTINUES}|thanks for watching!?|visit (?:\w+ )?website)[\s:.|-]*)*",),
    ),
    Rule(
        "story_continues", "line", "marks that the story goes on",
        (rf"\W*{CONTINUES}\W*",),
        ("continue", "scroll", "keep "),
    ),
    Rule(
        "update_note", "line", "notes on updates, corrections and the time of publication",
        (
            r"[(\[]\s*(?:updat(?:es?|ed|ing)|adds?|recasts?|corrects?|refiles?|repeats?|rewrites?|clarifies|releads?)\b"
            r"[^()\[\]]{0,300}[)\]]",
            rf"\W*(?:(?:last |first )?(?:updated|published|modified|posted)|(?:publication |"
            rf"publish )?date)\b(?=[^.]*\d){WHEN}+\.?",
            rf"\W*{THIS} (?:has been|was|is being) (?:last )?(?:updated|corrected|amended|revised)"
            r"(?:[^.]|(?<=\b[ap])\.|(?<=\.m)\.){0,160}[.)\]]*",
            r"(?-i:CORRECTION|Correction|CLARIFICATION|Clarification|(?:EDITOR['’]S|Editor['’]s) (?:NOTE|[Nn]ote))"
            r"\s?(?:\([^()]{1,60}\))?\s?:\s.{1,600}",
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
            "editor",
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
            rf"(?:from|by) {CREDITED}[.)\]\s]*",
            r"[\s–—*(\[-]*(?:additional |further )?(?:reporting|writing|editing|graphics?|research|contributions?|"
            rf"edited|compiled|translated|produced)(?: and (?:editing|writing|reporting))? by {CREDITED}[.)\]\s]*",
            r"[\s–—*(\[-]*contribut(?:ing|ors?|ed by)\s*:\s?.{1,200}",
            r"(?=.*contribut)[(\[–—*•_-]*\s?(?:[^.!?“”\"]|(?<=\b\w)\.|(?<=\bSt)\.|(?<=\bJr)\.){3,220} "
            r"(?:also )?contributed (?:to this (?:report|story|article|post|column|piece)|"
            r"(?:additional )?(?:reporting|research))"
            r"(?:[^.“”\"]|(?<=\.[A-Z])\.){0,100}[.)\]]*",
            r"\W*this (?:article|story|report) (?:is|was) (?:based (?:in part )?on wire (?:service )?reports|"
            r"produced (?:by|in partnership with) .{1,200}|republished .{1,150})\.?",
            rf"{THIS}(?: by [^.]{{3,160}})? (?:originally|first) (?:appeared|ran) (?:on|in|at) [^.]{{1,80}}\.?",
            r"our standards: .{1,80}|[–—-]{1,2}\s?(?:the )?(?:associated press|reuters|afp|upi|bloomberg|kyodo|"
            r"xinhua|ap)\.?",
        ),
        ("with ", " by ", "contribut", "originally", "first ", "wire", "republished", "standards", "-", "–", "—"),
    ),
    Rule(
        "byline", "top", "the writers' names: `By Jane Doe and John Roe`",
        (
            rf"(?-i:(?:By|BY)\s(?!The\b|A\b|An\b){NAME}(?:(?:,\s?|\s?&\s?|\sand\s|,\sand\s){NAME}){{0,5}}"
            r"(?:(?:,|\s[|–—-]|\sfor|\sof)\s[A-Z][^.!?]{1,60})?)",
        ),
        ("by ",),
    ),
    Rule(
        "date_line", "top", "a date, or a place and a date, standing alone",
        (
            rf"(?-i:(?:{NAME}|[A-Z][\w.'’-]+)(?:,\s?[A-Z][\w. '’-]{{1,30}}){{0,2}}\s*(?:[–—|,-]|\s--)\s*)?"
            rf"(?:{DAY_NAME},?\s)?{DATE}(?:,?\s(?:at\s)?\d{{1,2}}[:.]\d\d(?:\s?[ap]\.?m\.?)?(?:\s?{ZONE})?)?\.?",
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
            rf".{{0,600}}[(\[][^()\[\]]{{0,120}}{PHOTO}[^()\[\]]{{0,80}}[)\]]\.?",
            rf".{{10,500}}[.”\"] \((?-i:{NAME}(?:/| for (?!President|Congress|Senate|Governor|Mayor)(?:[Tt]he )?)"
            r"[A-Z][\w&.’' -]{1,40})\)",
            rf".{{10,500}}\.\s(?-i:{NAME})\s?/\s?(?:(?-i:[A-Z]\w+) staff|{AGENCIES}\b.{{0,40}})",
            rf".{{5,250}}\s\|\s(?:ap photo|{AGENCIES}|politico)\b(?:[,/ ].{{0,120}})?",
            r"media playback is (?:unsupported|not supported) on your device.{0,400}",
            r"(?:enlarge this image\s?)?(?:toggle|show|hide) caption\b.{0,500}",
            r"(?:file|file photo|photo|foto|image|picture|pictured|caption|photo illustration|illustration)\s*"
            r"(?:\([^()]{1,40}\))?\s*(?:[:|–—-]|credit\b|copyright\b|by\b|courtesy\b).{1,600}",
            rf"\([^()]{{2,60}}/{AGENCIES}[^()]{{0,40}}\)|(?:getty images|ap photo|shutterstock|"
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
            "playback",
            "(",
            "/",
            "|",
        ),
    ),
    Rule(
        "caption_dated", "line", "a caption that dates what it shows: no full stop, a full date at its end",
        (rf"(?-i:[A-Z])(?=.*+(?<=\d))(?!.*\bposted by\b)[^“”\"]{{10,200}}\bon {DATE}",),
        tuple("0123456789"),
    ),
    Rule(
        "follow", "line", "invitations to follow the outlet or a writer elsewhere",
        (
            rf"\W*(?:follow|like|find|join|connect with) (?:us|him|her|them|me|@\w+|[^.]{{3,60}}?) (?:on|at|"
            rf"via) {SITES}\b.{{0,160}}",
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
            r"[^“”\"]{3,200}\bcan be (?:reached|contacted|e-?mailed) (?:at|by|via|on|through)\b"
            r".{0,60}(?:@|\[email).{0,200}",
            r"send (?:us )?(?:a tip|tips)\b.{0,80}",
        ),
        ("@", "[email", "tip"),
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
            r"load more|don['’]t see the (?:graphic|video|chart|map|photo) (?:above|below)\?.{0,40}|"
            r"just watched .{0,160}replay.{0,40}must watch.{0,200}|"
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
        "link_block", "inside",
        "links glued behind a name: the full name again, headlines of other articles, `MORE`",
        (
            # The full name again, its last word run into the first headline
            rf"\b(?P<last>{CAPITAL})(?:,? [JS]r\.)? (?P<cut>(?:{GIVEN} ){{1,6}}?(?P=last)(?:,? ?[JS]r\.?)?"
            rf"(?={GLUED}).{{0,1000}}?MORE)\b",
            # the same with nothing between the name and its copy
            rf"\b(?P<name>{CAPITAL} {CAPITAL})(?P<cut>(?P=name)(?={GLUED}).{{0,1000}}?MORE)\b",
            # and with a space before the first headline: then the first name must come again too, and no sentence end.
            rf"\b(?P<first>{CAPITAL}) (?P<last>{CAPITAL}) (?P<cut>(?P=first) (?:{GIVEN} ){{0,4}}?(?P=last) "
            r"(?=[A-Z\d])(?:(?![.!?][”\"]? ).){0,500}? MORE)\b",
        ),
        ("MORE",),
    ),
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
