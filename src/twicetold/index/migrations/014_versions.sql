-- Each older text has its time, so that older texts can be shown in their order, whatever order they
-- were read in. Only the comment of the column changes: what was stored before stays as it is.
pragma writable_schema = on;

update sqlite_schema set sql = replace(
    sql,
    '-- UTC; null: the source named no update',
    '-- UTC, of its last update, else of its publication; null: no time'
)
where type = 'table' and name = 'versions';

pragma writable_schema = reset;
