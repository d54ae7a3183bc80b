using UnitTests.Support;

namespace UnitTests.Intake;

public sealed class LaneSessionBatchingTests
{
    [Fact]
    public async Task A_single_order_is_written_at_once_when_the_writer_is_idle()
    {
        using var lane = new LaneUnderTest();

        await lane.DeliverAsync(Some.NewOrder());
        await lane.Channel.AckedThrough.Reach(1);

        Assert.Equal(1, Assert.Single(lane.Store.Attempts).Orders);
        Assert.Equal([1UL], lane.Channel.Acks);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task Orders_that_come_while_the_writer_is_busy_go_together()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        for (var i = 0; i < 5; i++)
        {
            await lane.DeliverAsync(Some.NewOrder());
        }

        lane.Store.Release();
        await lane.Channel.AckedThrough.Reach(6);

        Assert.Equal([1, 5], lane.Store.Attempts.Select(attempt => attempt.Orders));
        Assert.Equal([1UL, 6UL], lane.Channel.Acks);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_delivery_waits_in_its_callback_while_both_batches_are_full_and_goes_on_after()
    {
        using var lane = new LaneUnderTest(maxBatch: 2);
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        await lane.DeliverAsync(Some.NewOrder());

        var waiting = lane.DeliverAsync(Some.NewOrder());
        Assert.False(waiting.IsCompleted, "there is no room, and the callback returned");
        Assert.Single(lane.Store.Attempts);

        lane.Store.Release();
        await waiting.OrTooLate("the callback did not go on");
        await lane.Channel.AckedThrough.Reach(4);

        Assert.Equal(4, lane.Store.Orders);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_batch_is_full_by_its_bytes_too()
    {
        const int maxBytes = 64 * 1024;
        using var lane = new LaneUnderTest(maxBytes: maxBytes);
        await lane.OccupyWriterAsync();
        var big = System.Text.Encoding.UTF8.GetBytes(Some.OrderJsonText.Replace("customer-17", new string('x', maxBytes), StringComparison.Ordinal));
        await lane.DeliverAsync(big);

        var waiting = lane.DeliverAsync(Some.NewOrder());
        Assert.False(waiting.IsCompleted, "there is no room, and the callback returned");

        lane.Store.Release();
        await waiting.OrTooLate("the callback did not go on");
        await lane.Channel.AckedThrough.Reach(3);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task An_order_that_conflicts_with_one_of_its_batch_goes_into_the_next_batch_and_is_put_aside()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        var order = Some.NewOrder();
        await lane.DeliverAsync(order);

        var waiting = lane.DeliverAsync(Some.Conflicting(order));
        Assert.False(waiting.IsCompleted, "only the table can tell which of the two is right");

        lane.Store.Release();
        await waiting.OrTooLate("the callback did not go on");
        await lane.Channel.AckedThrough.Reach(3);

        Assert.Equal([1UL, 2UL, 3UL], lane.Channel.Acks);
        var letter = Assert.Single(lane.Store.DeadLetters);
        Assert.Equal("conflict.duplicate", letter.Reason);
        Assert.Equal(Some.Body(Some.Conflicting(order)), letter.Body);
        Assert.Equal(1, lane.Counters.Read().DeadLetters["conflict.duplicate"]);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_repeated_order_is_one_row_and_both_deliveries_are_acknowledged()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        var order = Some.NewOrder();
        await lane.DeliverAsync(order);
        await lane.DeliverAsync(order);

        lane.Store.Release();
        await lane.Channel.AckedThrough.Reach(3);

        Assert.Equal(2, lane.Store.Orders);
        var totals = lane.Counters.Read();
        Assert.Equal((3L, 2L, 1L), (totals.Settled, totals.Stored, totals.Duplicates));
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_body_that_is_no_order_is_put_aside_before_it_is_acknowledged()
    {
        using var lane = new LaneUnderTest();

        await lane.DeliverAsync("{}"u8.ToArray());
        await lane.Channel.AckedThrough.Reach(1);

        Assert.Equal("decode.missing_member", Assert.Single(lane.Store.DeadLetters).Reason);
        Assert.Equal(1, lane.Counters.Read().DeadLetters["decode.missing_member"]);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task In_flight_is_what_was_received_and_not_yet_acknowledged()
    {
        using var lane = new LaneUnderTest();
        Assert.Equal(0, lane.Session.InFlight);
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        Assert.Equal(2, lane.Session.InFlight);

        lane.Store.Release();
        await lane.StopAsync();

        Assert.Equal(0, lane.Session.InFlight);
    }
}
