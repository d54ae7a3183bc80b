using Contracts;
using IntegrationTests.Stack;

namespace IntegrationTests;

/// <summary>A broker that agrees to frames of 4,096 bytes at most, the least that AMQP allows.</summary>
public sealed class When_frames_are_small
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Orders_in_many_frames_are_stored_and_those_in_one_are_decoded_where_they_arrive(bool tls)
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync(tls, "frame_max = 4096");
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        int[] lengths = [4_000, 4_088, 4_089, 20_000, 300_000, OrderRules.MaxBodyBytes];
        foreach (var length in lengths)
        {
            var order = Some.Order();
            await ledger.StoresAsync(order, () => pipeline.PublishAsync(Some.Padded(order, length)));
            await ledger.PutsAsideAsync(Some.Padded("no order"u8.ToArray(), length), "decode.malformed_json");
        }

        await ledger.StoresAsync(Some.Orders(500));
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();

        // The first two lengths fit into a frame.
        await DeliveryPaths.AssertAsync(worker, atLeastDirect: 500 + 4, assembled: 2 * (lengths.Length - 2));
    }
}
