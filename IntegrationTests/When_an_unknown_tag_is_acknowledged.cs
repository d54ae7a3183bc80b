using DevServers;
using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_an_unknown_tag_is_acknowledged
{
    private const int Orders = 500;
    private const int Times = 3;

    // The whole frame: of one message, with a tag that no channel comes to.
    private static readonly byte[] Unknown = [.. WireBytes.Acknowledgement, 127, 255, 255, 255, 255, 255, 255, 255, 0, 0xCE];

    [Fact]
    public async Task The_broker_ends_the_channel_and_the_lane_is_built_anew_without_a_loss()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        await using var worker = await WorkerProcess.Run(pipeline, pipeline.BrokerBehind(network), "Intake:Lanes=1", "Intake:MaxBatch=50").ReadyAsync();

        for (var time = 1; time <= Times; time++)
        {
            var slip = network.SlipIn(Way.ToServer, Unknown, before: WireBytes.Acknowledgement);
            await ledger.StoresAsync(Some.Orders(Orders));
            await Eventually.EqualAsync(time, "lost channels", () => LogLines.Count(worker, LogLines.Lost));
            await Eventually.EqualAsync(1, "slips", () => slip.Fired);

            // What is lost twice goes to the dead queue, whose reader acknowledges too.
            await ledger.SettlesAsync();
        }

        Assert.Contains("unknown delivery tag", worker.Output);
    }
}
