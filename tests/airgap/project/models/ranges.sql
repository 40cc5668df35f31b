-- One set of ranges for each way in which neighbours can meet.
select *
from values
    ('touching', 0, 1),
    ('touching', 1, 2),
    ('touching', 2, 3),
    ('apart', 0, 1),
    ('apart', 2, 3),
    ('overlapping', 0, 2),
    ('overlapping', 1, 3),
    ('empty', 0, 1),
    ('empty', 2, 2),
    ('backwards', 3, 2),
    ('open', 5, null)
as ranges (kind, starts, ends)
