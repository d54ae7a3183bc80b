using System.Globalization;
using HdrHistogram;
using Spectre.Console;

namespace DevServers.Demo;

/// <summary>Shows a result: a table on a terminal, plain lines everywhere else.</summary>
internal static class DemoTable
{
    public static void Write(DemoResult result)
    {
        var rows = Rows(result).ToList();
        if (Console.IsOutputRedirected)
        {
            var width = rows.Max(row => row.Name.Length) + 2;
            foreach (var (name, value) in rows)
            {
                Console.WriteLine(name.PadRight(width) + value);
            }
        }
        else
        {
            var table = new Table().AddColumn("").AddColumn(new TableColumn("").RightAligned()).HideHeaders();
            foreach (var (name, value) in rows)
            {
                table.AddRow(Markup.Escape(name), Markup.Escape(value));
            }

            AnsiConsole.Write(table);
        }

        foreach (var equation in result.Equations.Where(equation => !equation.Holds))
        {
            Console.WriteLine($"not so: {equation.Claim}: {equation.Numbers}");
        }
    }

    private static IEnumerable<(string Name, string Value)> Rows(DemoResult result)
    {
        var books = result.Books;
        yield return ("published", Number(books.Producer.Published));
        yield return ("confirmed", Number(books.Producer.Confirmed));
        if (books.Producer.Refused > 0)
        {
            yield return ("refused by the producer", Number(books.Producer.Refused));
        }

        if (books.Producer.Republished > 0)
        {
            yield return ("republished", Number(books.Producer.Republished));
        }

        yield return ("stored", Number(books.Rows));
        yield return ("duplicates", Number(books.Duplicates));
        yield return ("dead letters", Number(books.Dead));
        foreach (var (reason, count) in books.DeadLetters)
        {
            yield return ("  " + reason, Number(count));
        }

        if (books.PutAside > books.Dead)
        {
            yield return ("  repeated, one row each", Number(books.PutAside - books.Dead));
        }

        yield return ("seconds, first publish to last commit", Number(result.Elapsed.TotalSeconds, 2));
        yield return ("orders a second", Number(books.Producer.Confirmed / Math.Max(result.Elapsed.TotalSeconds, 0.001), 0));
        yield return ("orders a second while publishing", Number(books.Producer.OrdersPerSecond, 0));
        if (result.DrainRate is { } rate)
        {
            yield return ("orders a second after the last publish", Number(rate, 0));
        }

        yield return ("publish to commit, p50 ms", Percentile(result.Latency, 50));
        yield return ("publish to commit, p99 ms", Percentile(result.Latency, 99));
        yield return ("reconciled", result.Reconciled ? "yes" : "no");
    }

    private static string Percentile(LongHistogram microseconds, double percent)
    {
        return Number(microseconds.TotalCount == 0 ? null : microseconds.GetValueAtPercentile(percent) / 1000.0);
    }

    private static string Number(long value)
    {
        return value.ToString("N0", CultureInfo.InvariantCulture);
    }

    private static string Number(double? value, int decimals = 1)
    {
        return value?.ToString("N" + decimals, CultureInfo.InvariantCulture) ?? "not measured";
    }
}
