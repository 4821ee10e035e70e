"""The two addresses of G. Washington (1789, 1793) in 41 segments, as the stems each one holds.

A case of the R package rainette: its tests (``tests/testthat/test_cutree.R``, version 0.3.2) state
the class of each segment. The stems were made here from the addresses (public domain), as that test
makes them: segments of 40 words, punctuation and English stop words left out, Porter's stems that
occur three times or more.
"""

SEGMENTS = tuple(
    tuple(line.split())
    for line in """
present
can countri hand one voic
everi
call citizen countri hand voic
administr duti natur one
circumst duti everi just
citizen confid execut fellow instanc
care
countri present public
can everi nation offici presid
administr everi execut govern happi liberti may peopl unit
citizen everi fellow good great less public
can hand peopl unit
everi nation
can deliber establish govern just unit
present

can depart duti establish execut govern presid recommend
circumst constitut great measur now shall subject
object
circumst far measur recommend
great honor one
can citizen govern nation
can countri establish everi happi natur sinc
duti public
can less nation sinc
care govern hand just liberti object peopl sinc
constitut far natur object present
confid good offici public recommend shall subject
care everi govern unit
can deliber far one public

call countri duti everi honor liberti requir
depart execut instanc may must
good may must public requir
deliber peopl present shall sinc
govern happi may measur must
call citizen countri execut fellow voic
confid constitut execut honor offici peopl presid requir shall unit
administr govern instanc now shall
constitut may now present subject
""".strip().splitlines()
)

UNITS = (
    0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 9, 9, 9,
    9, 10, 10, 11, 11, 12, 12, 13, 13,
)  # fmt: skip
"""The units that rainette joins them to with ``min_segment_size = 10``: none crosses addresses."""

THREE_CLASSES = (
    3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1, 1, 2, 2,
    2, 2, 2, 2, 2, 2, 3, 3, 1, 1,
)  # fmt: skip
"""By rainette, with ``k = 3``, of these units; its numbers follow the axis's sign."""
