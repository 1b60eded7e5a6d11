"""Which language a text is in."""

from __future__ import annotations

import pytest

from analysis.language.detect import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The two ministers met in Tokyo and said that the alliance was stronger than it had ever been.", "en"),
        ("Blinken Lauds Japan Ties While Skirting Nippon Steel Dispute", "und"),
        ("Die beiden Minister trafen sich in Tokio und sagten, dass die Allianz stärker sei als je zuvor.", "de"),
        ("Les deux ministres se sont rencontrés à Tokyo et ont dit que l'alliance était plus forte que jamais.", "fr"),
        ("Los dos ministros se reunieron en Tokio y dijeron que la alianza es más fuerte que nunca.", "es"),
        ("I due ministri si sono incontrati a Tokyo e hanno detto che l'alleanza è più forte che mai.", "it"),
        ("Os dois ministros reuniram-se em Tóquio e disseram que a aliança não é mais fraca do que antes.", "pt"),
        ("De twee ministers hebben elkaar in Tokio ontmoet en zeggen dat het bondgenootschap sterker is.", "nl"),
        ("De båda ministrarna möttes i Tokyo och sade att alliansen är starkare än den har varit.", "sv"),
        ("日本と米国の外相は東京で会談し、同盟の強化で一致した。", "ja"),
        ("日本和美国外长在东京举行会谈,一致同意加强同盟关系。", "zh"),
        ("한미일 외교장관은 도쿄에서 회담을 갖고 동맹 강화에 합의했다.", "ko"),
        ("Министры встретились в Токио и договорились укреплять союз.", "ru"),
        ("Міністри зустрілися в Токіо і домовилися зміцнювати союз.", "uk"),
        ("التقى الوزيران في طوكيو واتفقا على تعزيز التحالف.", "ar"),
        ("", "und"),
        ("14.1 7,000 !!", "und"),
        ("lorem ipsum dolor sit amet consectetur adipiscing elit", "und"),
        ("\0\ud800", "und"),
    ],
)
def test_language(text, language):
    assert detect(text) == language


def test_seeds_are_english(seeds):
    assert {detect(file.read_text(encoding="utf-8")) for file in seeds.glob("*.txt")} == {"en"}
