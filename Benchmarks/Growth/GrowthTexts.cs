namespace Benchmarks.Growth;

/// <summary>Why each curve is as it is.</summary>
internal static class GrowthTexts
{
    public static string Of(GrowthPart part) => part switch
    {
        GrowthPart.Table =>
            "A version 7 id is greater than those before it, so its index entry goes to the same few pages at the right edge, however many rows there "
            + "are. A version 4 id goes anywhere: nearly every row dirties a leaf of its own, the first change of a page after a checkpoint writes the "
            + "whole page to the log, and once the index outgrows `shared_buffers` every row may have to read one as well. What a batch does to "
            + "spare round trips and commits it cannot do here.",
        GrowthPart.Backlog =>
            "Worker and database do the same for an order however many wait: a lane holds its prefetch and no more. The broker does not: what waits has left its memory "
            + "and is read from segment files, at twice the price (`from disk` in [drain](drain.md)), and beyond a million the price goes on rising; what in its queue it is spent on was not looked into.",
        GrowthPart.Lines =>
            "An order has a price of its own (a delivery, a row, an index entry) and a price for every byte (receiving, reading, checking, turning lines "
            + "into jsonb, writing the log). With few lines the first one rules, with many the second, and then it is megabytes that a second holds. "
            + "From about 2 kB a row PostgreSQL also compresses the lines and moves them out of the row.",
        _ =>
            "A queue is one process of the broker, so one core of it, and here broker, database and workers share the cores there are: more processes "
            + "bring no CPU, only more to switch between and smaller batches. They are for availability, and for machines that have cores to spare; what is "
            + "beyond one queue takes more queues.",
    };
}
