using System.Text;
using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_worker_is_killed_at_each_step
{
    private const int Orders = 3000;
    private const int Prefetch = 1000;

    // 128 and SIGKILL.
    private const int Killed = 137;

    // basic.deliver for the consumer "w".
    private static readonly byte[] Delivery = [0, 60, 0, 60, 1, (byte)'w'];

    // The first victim meets orders that nobody has seen and is killed when it comes to the step. The second gets them delivered again, so it merges
    // them, and comes to the step a batch later. A third would find suspects.
    private static readonly (int MaxBatch, int BatchesBefore)[] Victims = [(500, 0), (50, 1)];

    [Fact]
    public Task On_the_arrival_of_orders_nothing_is_lost() =>
        LosesNothingAsync(new Step(Server.Broker, Way.ToClient, Delivery, Delivery, Arrives: true));

    [Fact]
    public Task Before_a_batch_is_written_nothing_is_lost() =>
        LosesNothingAsync(new Step(Server.Database, Way.ToServer, Bytes("copy orders ("), Bytes("copy pg_temp.intake_batch (")));

    [Fact]
    public Task Before_the_rows_arrive_nothing_is_lost() =>
        LosesNothingAsync(new Step(Server.Database, Way.ToServer, Bytes("PGCOPY\n"), Bytes("insert into orders (")));

    [Fact]
    public Task Before_the_rows_are_committed_nothing_is_lost() =>
        LosesNothingAsync(new Step(Server.Database, Way.ToServer, WireBytes.EndOfCopy, Bytes("COMMIT\0")));

    [Fact]
    public Task Before_it_hears_of_the_commit_nothing_is_stored_twice() =>
        LosesNothingAsync(new Step(Server.Database, Way.ToClient, Bytes("COPY "), Bytes("COMMIT\0"), Stores: true));

    [Fact]
    public Task After_the_acknowledgement_nothing_is_stored_twice() =>
        LosesNothingAsync(new Step(
            Server.Broker, Way.ToServer, WireBytes.Acknowledgement, WireBytes.Acknowledgement, Arrives: true, Stores: true, Acknowledges: true));

    private static async Task LosesNothingAsync(Step step)
    {
        for (var left = Repeats.Of(1); left > 0; left--)
        {
            await LosesNothingOnceAsync(step);
        }
    }

    private static async Task LosesNothingOnceAsync(Step step)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var broker = pipeline.ProxyToBroker();
        await using var database = pipeline.ProxyToDatabase();
        await pipeline.DeclareAsync();
        var ledger = await Ledger.PublishAsync(pipeline, Some.Orders(Orders));

        var (waiting, isFirst) = ((long)Orders, true);
        foreach (var (maxBatch, batchesBefore) in Victims)
        {
            await using var victim = WorkerProcess.Run(
                pipeline, pipeline.BrokerBehind(broker), pipeline.DatabaseBehind(database), "Intake:Lanes=1", $"Intake:MaxBatch={maxBatch}", $"Intake:Prefetch={Prefetch}");
            var network = step.At == Server.Broker ? broker : database;
            var end = network.FreezeAt(step.Way, isFirst ? step.Copying : step.Merging, step.Arrives, batchesBefore, victim.Kill);
            await Eventually.EqualAsync(1, "kills", () => end.Fired);
            Assert.Equal(Killed, await victim.ExitAsync());
            if (step.Acknowledges)
            {
                // It takes them for outstanding until its connection is cut, so what is missing now was acknowledged.
                await Eventually.TrueAsync("the broker has taken the acknowledgement in", async () =>
                {
                    var left = await pipeline.WaitingAsync();
                    return (left < waiting - Prefetch, $"{left} of {waiting} waiting");
                });
            }

            broker.Cut();
            database.Cut();
            waiting = await pipeline.ReturnedAsync();
            var stored = await pipeline.CountAsync("orders");
            Assert.InRange(Orders - waiting, 0, stored);
            if (isFirst)
            {
                Assert.Equal((step.Stores, step.Acknowledges), (stored > 0, waiting < Orders));
            }

            isFirst = false;
        }

        await using var heir = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private enum Server
    {
        Broker,
        Database,
    }

    /// <param name="At">Whose network the bytes pass on.</param>
    /// <param name="Way">Which way.</param>
    /// <param name="Copying">What passes when the step is reached with orders that are copied into the table.</param>
    /// <param name="Merging">The same with orders that may be stored already.</param>
    /// <param name="Arrives">Whether it is killed when they have arrived, or before.</param>
    /// <param name="Stores">Whether its first batch is stored by then.</param>
    /// <param name="Acknowledges">Whether it is acknowledged.</param>
    private sealed record Step(
        Server At, Way Way, byte[] Copying, byte[] Merging, bool Arrives = false, bool Stores = false, bool Acknowledges = false);
}
