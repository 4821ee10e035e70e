"""Coding → tables, exports, pictures, report and log of a campaign."""

from collections.abc import Mapping, Sequence

from corpora.campaign import Campaign, Event, Progress, write_events
from crawler.sources import Source
from nlp.coding.codebook import Codebook
from nlp.coding.references import Coding
from nlp.counting.stores import write_tables
from nlp.counting.study import measure, read_published
from nlp.counting.tables import build_tables
from nlp.exporting.exports import write_exports
from nlp.reporting.pictures.charts import draw_figures
from nlp.reporting.pictures.clouds import draw_clouds
from nlp.reporting.pictures.families import draw_families
from nlp.reporting.pictures.headlines import draw_headlines
from nlp.reporting.report import write_report
from nlp.reporting.wording import LANGUAGES


def publish(
    campaign: Campaign,
    coding: Coding,
    codebook: Codebook,
    sources: Sequence[Source],
    events: Sequence[Event],
    versions: Mapping[str, str],
    language: str,
    progress: Progress,
) -> None:
    """Write everything of ``outputs/<campaign>/`` but ``campaign.json``, tables first.

    Raises InputError or OSError where a file cannot be written; tables are replaced all or none.
    """
    outputs = campaign.outputs
    outputs.mkdir(parents=True, exist_ok=True)
    names = sorted({s.name for s in sources} | {a.authority for a in coding.authorities})
    published = read_published()
    progress("count", 0, 0)
    tables = build_tables(coding, codebook, names, published, language)
    write_tables(tables, outputs)
    # Stopped from here on, these results must not pass for those of the last analysis.
    campaign.state.unlink(missing_ok=True)
    write_exports(
        outputs,
        coding,
        codebook,
        tables,
        events,
        versions,
        campaign=campaign.name,
        language=language,
    )
    progress("draw", 0, 0)
    study = measure(coding, names, published)
    pictures = {
        lang: [
            *draw_headlines(coding, study, names, campaign.name, outputs, lang, twin=twin),
            *draw_clouds(coding, campaign.name, outputs, lang, twin=twin),
            *draw_figures(coding, codebook, campaign.name, outputs, lang, twin=twin),
            *draw_families(coding, codebook, campaign.name, outputs, lang, twin=twin),
        ]
        for lang in LANGUAGES
        for twin in [lang != language]
    }
    progress("report", 0, 0)
    write_report(
        outputs,
        coding,
        study,
        pictures,
        events,
        {
            lang: {code.id: code.label[lang] for code in codebook.codes}
            | {family.id: family.label[lang] for family in codebook.families}
            for lang in LANGUAGES
        },
        {code.id: code.threshold for code in codebook.codes},
        campaign=campaign.name,
        versions=versions,
        councils=names,
        language=language,
    )
    write_events(outputs / "log.jsonl", events)
