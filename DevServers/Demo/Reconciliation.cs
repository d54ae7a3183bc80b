namespace DevServers.Demo;

/// <summary>
/// Decides whether every confirmed order is accounted for exactly once. Never takes one party's word for it: rows are counted in the
/// database, confirmations by the producer, duplicates by the replicas, the rest by the broker.
/// </summary>
internal static class Reconciliation
{
    public static IReadOnlyList<Equation> Check(Books books)
    {
        var producer = books.Producer;
        var settled = books.Rows + books.Duplicates + books.PutAside;
        var statusStored = books.Replicas.Sum(replica => replica.Stored);
        var equations = new List<Equation>
        {
            Equal("published = confirmed", producer.Published, producer.Confirmed),
            Confirmed(books, settled),
            Equal("rows = order ids", books.Rows, books.DistinctRows),
            Equal("rows = stored, as the replicas counted", books.Rows, statusStored),
            new("dead letters <= put aside", $"{books.Dead} <= {books.PutAside}", books.Dead <= books.PutAside && (books.Dead > 0 || books.PutAside == 0)),
            Equal("queue depth = 0", books.QueueDepth, 0),
        };

        // A message published twice after an unknown outcome may have arrived twice, so these hold exactly only without such.
        if (books.Generated && producer.Republished == 0)
        {
            equations.Add(Equal("duplicates = duplicates sent", books.Duplicates, producer.Duplicates));
            equations.Add(Equal("dead letters = bad orders sent", books.Dead, producer.Bad));
        }

        return equations;
    }

    private static Equation Confirmed(Books books, long settled)
    {
        var sum = $"{books.Rows} + {books.Duplicates} + {books.PutAside}";
        if (books.Producer.Republished == 0)
        {
            return Equal(
                "confirmed = stored + duplicates + put aside", books.Producer.Confirmed, settled, $"{books.Producer.Confirmed} = {sum}");
        }

        // Each republished message arrived once or twice; the broker's answer to the first attempt was lost.
        var most = books.Producer.Confirmed + books.Producer.Republished;
        return new Equation(
            "confirmed <= stored + duplicates + put aside <= confirmed + republished",
            $"{books.Producer.Confirmed} <= {sum} <= {most}",
            settled >= books.Producer.Confirmed && settled <= most);
    }

    private static Equation Equal(string claim, long left, long right, string? numbers = null)
    {
        numbers ??= $"{left} = {right}";
        return new Equation(claim, left == right ? numbers : $"{numbers} is off by {left - right}", left == right);
    }
}
