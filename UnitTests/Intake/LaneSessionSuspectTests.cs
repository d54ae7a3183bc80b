using UnitTests.Support;

namespace UnitTests.Intake;

public sealed class LaneSessionSuspectTests
{
    // Looked into, it would be a dead letter.
    private static readonly byte[] Poison = "{ no order"u8.ToArray();

    [Fact]
    public async Task Suspects_are_rejected_unread_after_the_commit_and_before_the_acknowledgement()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        await lane.DeliverAsync(Poison, redelivered: true, Some.DeliveredInVain(2));
        await lane.DeliverAsync(Some.NewOrder());
        await lane.DeliverAsync(Poison, redelivered: true, Some.DeliveredInVain(20));
        Assert.Equal(5, lane.Session.InFlight);
        Assert.Empty(lane.Channel.Said);

        lane.Store.Release();
        await lane.StopAsync();

        Assert.Equal(["ack 1", "reject 3", "reject 5", "ack 4"], lane.Channel.Said);
        Assert.Equal((3, 0, 0L), (lane.Store.Orders, lane.Store.DeadLetters.Count, lane.Session.InFlight));
        var totals = lane.Counters.Read();
        Assert.Equal((3L, 3L, 2L), (totals.Settled, totals.Stored, totals.HandedBack));
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task Nothing_but_suspects_is_rejected_without_a_write_and_without_an_acknowledgement()
    {
        using var lane = new LaneUnderTest();

        await lane.DeliverAsync(Poison, redelivered: true, Some.DeliveredInVain(2));
        await lane.DeliverAsync(Poison, redelivered: true, Some.DeliveredInVain(3));
        await lane.StopAsync();

        Assert.Equal(["reject 1", "reject 2"], lane.Channel.Said);
        Assert.Empty(lane.Store.Attempts);
        Assert.Equal((0L, 0L, 2L), (lane.Session.InFlight, lane.Counters.Read().Batches, lane.Counters.Read().HandedBack));
        lane.AssertNoMisuse();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 1000)]
    public async Task A_plain_redelivery_is_no_suspect_nor_is_what_a_publisher_says(bool redelivered, long count)
    {
        using var lane = new LaneUnderTest();

        await lane.DeliverAsync(Some.Body(Some.NewOrder()), redelivered, Some.DeliveredInVain(count));
        await lane.StopAsync();

        Assert.Equal(1, lane.Store.Orders);
        Assert.Equal(["ack 1"], lane.Channel.Said);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task Suspects_of_a_lost_channel_are_nobodys_to_reject()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Poison, redelivered: true, Some.DeliveredInVain(2));

        await lane.LoseChannelAsync();
        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Empty(lane.Channel.Said);
        Assert.Equal(2, lane.Session.InFlight);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task Suspects_of_a_batch_that_is_given_up_stay_with_it()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        await lane.DeliverAsync(Poison, redelivered: true, Some.DeliveredInVain(2));
        lane.Abort();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Empty(lane.Channel.Said);
        Assert.Equal(3, lane.Session.InFlight);
    }
}
