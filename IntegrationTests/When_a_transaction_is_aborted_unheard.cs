using System.Buffers.Binary;
using System.Text;
using DevServers;
using Infrastructure.Postgres;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_a_transaction_is_aborted_unheard
{
    private const int Orders = 300;
    private const int Parameters = 4;

    // What a server says last to a query that aborted the transaction it came in.
    private static readonly byte[] ReadyAfterFailure = [(byte)'Z', 0, 0, 0, 5, (byte)'E'];

    [Fact]
    public async Task Its_commit_is_not_taken_for_a_success()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToDatabase();
        await pipeline.DeclareAsync();
        var known = Some.Orders(Orders).ToList();
        var ledger = await Ledger.PublishAsync(pipeline, known);
        await using (await WorkerUnderTest.StartAsync(pipeline))
        {
            await ledger.SettlesAsync();
        }

        // Every batch has orders that are known, so it is merged, and others, which would be missing.
        await ledger.StoresAsync(known.Zip(Some.Orders(Orders), (old, other) => new[] { old, other }).SelectMany(pair => pair));

        // The statement before the commit.
        var last = Parse($"insert into batch_ledger ({OrderStore.LedgerColumns}) values ($1, $2, $3, $4)");
        var abort = network.SlipIn(Way.ToServer, Query("select 1/0"), before: last, unheard: ReadyAfterFailure);
        await using var worker = await WorkerUnderTest.StartAsync(pipeline, settings: [pipeline.DatabaseBehind(network), "Intake:MaxBatch=100"]);

        await ledger.SettlesAsync();
        Assert.Equal(1, abort.Fired);
    }

    private static byte[] Parse(string statement) => Message('P', [0, .. Encoding.UTF8.GetBytes(statement), 0], behind: (1 + Parameters * 2) * 2);

    private static byte[] Query(string text) => Message('Q', [.. Encoding.UTF8.GetBytes(text), 0]);

    private static byte[] Message(char type, byte[] content, int behind = 0)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, length.Length + content.Length + behind);
        return [(byte)type, .. length, .. content];
    }
}
