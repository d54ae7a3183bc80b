namespace Benchmarks.Servers;

/// <summary>Orders that were in the table before anybody was measured, made in the database itself.</summary>
/// <param name="Template">The database that holds them, and that others are copied from.</param>
/// <param name="Pages">Pages of the table they fill.</param>
internal sealed record EarlierRows(string Template, long Pages)
{
    // A generated order never has it, so new rows can be told from these.
    private const string Customer = "earlier";

    /// <summary>The rows that came since: a condition of SQL that looks at all of them.</summary>
    public static string Others => $"customer_id <> '{Customer}'";

    /// <summary>
    /// The same, but only in the pages at the end, so that looking costs next to nothing. It finds all of them: each of these rows is as
    /// short as an order can be, so what they leave free in a page is too small for another one.
    /// </summary>
    public string OthersAtTheEnd => FormattableString.Invariant($"ctid >= '({Math.Max(0, Pages - 1)},0)' and {Others}");

    /// <summary>The statement that makes them.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="randomIds">Random ids, as version 4 has them; otherwise one a millisecond through the year before, as version 7 orders them.</param>
    public static string Insert(int rows, bool randomIds) => FormattableString.Invariant(
        $$"""
        insert into orders (order_id, customer_id, placed_at, currency, total, lines, content_hash)
        select {{(randomIds ? "gen_random_uuid()" : TimeOrderedId)}},
               '{{Customer}}', timestamptz '2025-01-01 00:00:00Z' + n * interval '1 millisecond', 'EUR', 1,
               '[{"sku":"SKU-00001","quantity":1,"unitPrice":1}]', md5(n::text)::uuid
        from generate_series(1, {{rows}}) n
        """);

    // 48 bits of milliseconds, version, 12 random bits, variant, 60 random bits.
    private static string TimeOrderedId =>
        "(lpad(to_hex((extract(epoch from timestamptz '2025-01-01 00:00:00Z') * 1000)::bigint + n), 12, '0')"
        + " || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid";
}
