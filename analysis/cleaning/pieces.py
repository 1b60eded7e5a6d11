"""Pieces of the patterns by which furniture is recognised."""

from __future__ import annotations

from analysis.cleaning.stamps import MONTH

__all__ = [
    "AD",
    "AGENCIES",
    "CAPITAL",
    "CONTINUES",
    "CREDITED",
    "DATE",
    "DAY_NAME",
    "GIVEN",
    "GLUED",
    "NAME",
    "PHOTO",
    "SHARE",
    "SITES",
    "THIS",
    "WHEN",
    "ZONE",
]

DAY_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
DATE = rf"(?:{MONTH}\s?\d{{1,2}},?\s\d{{4}}|\d{{1,2}}\s{MONTH},?\s\d{{4}}|\d{{4}}-\d\d-\d\d)"
ZONE = r"(?:[ecmp][ds]?t|gmt|utc|bst|cet|ist|jst|local time)"
WHEN = rf"(?:{MONTH}\b|{DAY_NAME}|\d[\d:./-]*(?:st|nd|rd|th)?|[ap]\.?m\b\.?|\b(?:{ZONE}|noon|at|on|and)\b|[\s,|():–-])"
NAME = r"[A-Z][\w.'’-]+(?:\s(?:[A-Z][\w.'’-]*|de|van|von|al|bin|el|la)){1,3}"
AGENCIES = r"(?:ap|afp|reuters|epa|getty(?: images)?|bloomberg|upi|kyodo|xinhua)"
PHOTO = (
    r"(?:file\s?photo|photos?\b|photograph|pictures?\b|images?\b|getty|shutterstock|istock|handout|pool\b|epa\b|"
    rf"(?:ap|afp|reuters|upi|xinhua|kyodo)\s(?:photo|file|images?)|/{AGENCIES}\b|via (?:ap|reuters|getty|afp)\b)"
)
# Names and what stands between them in a credit; a verb ends it, so that no sentence is one.
CREDITED = (
    r"(?-i:(?:the )?[A-Z][\w.'’-]*(?:[\s,;/&]+(?:and|in|at|for|of|the|from|by|[Aa]dditional|[Ff]urther|[Rr]eporting|"
    r"[Ww]riting|[Ee]diting|[Rr]esearch|[Gg]raphics?|staff|[A-Z][\w.'’-]*))*)"
)
CAPITAL = r"[A-Z][a-z’'][\w’'-]{0,30}"
GIVEN = r"(?:[A-Z][\w.'’-]{0,30}|\([A-Z][\w. -]{0,30}\))"
GLUED = r"[A-Z\d$“‘\"]|['’](?!s\b)"
THIS = r"(?:this|the) (?:story|article|post|report|headline|file|piece)"
SHARE = (
    r"(?:share (?:this|on \w+|via \w+|with \w+)(?: (?:article|story|post|page))?|share|post|tweet|e-?mail|print|pin|"
    r"save|"
    r"facebook|twitter|whatsapp|linkedin|reddit|pocket|copy link|link copied!?|flipboard|pinterest|telegram|messenger|"
    r"\d[\d,.]*k? shares?)"
)
AD = r"(?:advertisements?|ads?|sponsored(?: content| links)?|promoted(?: content)?|hidden ad unit|remove ads)"
CONTINUES = (
    r"(?:(?:story|article|post|text) continue[sd](?: below)?(?: (?:the )?(?:advertisement|ad|video|photo|gallery))?|"
    r"continue reading(?: (?:below|the main story|after the ad))?|"
    r"scroll(?: down)? (?:to|for) (?:continue|more)[^.]{0,40}|keep reading)"
)
SITES = r"(?:twitter|facebook|instagram|linkedin|youtube|google news|flipboard|telegram|x|threads|tiktok|@)"
