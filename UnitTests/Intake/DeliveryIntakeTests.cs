using System.Buffers.Binary;
using Infrastructure.RabbitMq.Receiving;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

/// <summary>
/// Deliveries come into the batches in their order, whether there is room at once, soon or much later. Batches of two, a clock in the
/// test's hand.
/// </summary>
public sealed partial class DeliveryIntakeTests
{
    private const int MaxBatch = 2;

    private static readonly byte[] Properties = Encode.Properties(Some.Properties());

    private readonly BatchHandover _handover = new(NewBatch(), NewBatch(), TimeSpan.Zero, TimeProvider.System);
    private readonly RecordingTimeProvider _time = new();
    private readonly List<Exception> _failures = [];
    private readonly DeliveryIntake _intake;
    private OrderBatch? _written;

    public DeliveryIntakeTests()
    {
        _intake = new DeliveryIntake(_handover, _time, Failed);
    }

    [Fact]
    public async Task What_is_offered_is_taken_at_once_while_there_is_room()
    {
        AssertTaken(Offer(1));
        AssertTaken(Offer(2));

        Assert.Equal(2UL, _intake.LastTag);
        Assert.Equal(0, _time.TimersSet.Count);
        Assert.Equal([1UL, 2UL], await WriteNextAsync());
        Assert.Equal((0, 0), (_written!.Assembled, _written.Overflowed));
    }

    [Fact]
    public async Task Without_room_a_delivery_waits_and_is_taken_when_room_is_made()
    {
        await FillAsync();
        var offered = Offer(5);
        await AssertWaitsAsync(offered);

        Assert.Equal([3UL, 4UL], await WriteNextAsync());

        Assert.True(await offered.OrTooLate());
        AssertTaken(Offer(6));
        Assert.Equal([5UL, 6UL], await WriteNextAsync());
        Assert.Equal(0, _written!.Overflowed);
    }

    [Fact]
    public async Task After_a_second_without_room_a_delivery_goes_to_the_overflow()
    {
        await FillAsync();
        var offered = Offer(5);
        await AssertWaitsAsync(offered);

        Assert.Equal(TimeSpan.FromSeconds(1), _time.LastDue);
        _time.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(offered.IsCompleted, "the wait ended too early");
        _time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.True(await offered.OrTooLate());
        Assert.Equal(5UL, _intake.LastTag);
    }

    [Fact]
    public async Task While_no_room_is_made_the_next_ones_do_not_wait()
    {
        await StallAsync(5);

        AssertTaken(Offer(6));
        AssertTaken(Offer(7));

        Assert.Equal(1, _time.TimersSet.Count);
        Assert.Equal(7UL, _intake.LastTag);
    }

    [Fact]
    public async Task What_is_in_the_overflow_comes_before_what_is_offered_later()
    {
        await StallAsync(5);
        AssertTaken(Offer(6));
        AssertTaken(Offer(7));

        Assert.Equal([3UL, 4UL], await WriteNextAsync());
        var offered = Offer(8);
        await _time.TimersSet.Reach(2);
        Assert.False(offered.IsCompleted, "it went past those in the overflow");

        Assert.Equal([5UL, 6UL], await WriteNextAsync());
        Assert.Equal(2, _written!.Overflowed);
        Assert.True(await offered.OrTooLate());
        Assert.Equal([7UL, 8UL], await WriteNextAsync());
        Assert.Equal(1, _written!.Overflowed);
        AssertTaken(Offer(9));
        Assert.Equal([9UL], await WriteNextAsync());
        Assert.Equal(0, _written!.Overflowed);
    }

    [Fact]
    public async Task Room_that_is_made_at_the_very_end_of_the_wait_is_used()
    {
        await FillAsync();
        var offered = Offer(5);
        await AssertWaitsAsync(offered);

        // The wait has ended, and the delivery was not offered again yet.
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([3UL, 4UL], await WriteNextAsync());

        Assert.True(await offered.OrTooLate());
        Assert.Equal([5UL], await WriteNextAsync());
    }

    [Fact]
    public async Task The_overflow_outlives_the_bytes_that_it_was_given()
    {
        await StallAsync(5);
        var (properties, body) = (Properties.ToArray(), Body(6));
        AssertTaken(_intake.TakeAsync(new ReceivedDelivery(6, false, Some.Exchange, properties, body, IsLent: true)).AsTask());
        Array.Fill(properties, (byte)0xEE);
        Array.Fill(body, (byte)0xEE);

        Assert.Equal([3UL, 4UL], await WriteNextAsync());
        Assert.Equal([5UL, 6UL], await WriteNextAsync());
        Assert.Empty(_written!.DeadLetters);
    }

    [Fact]
    public async Task What_was_put_together_is_counted_and_needs_no_copy()
    {
        AssertTaken(_intake.TakeAsync(new ReceivedDelivery(1, false, Some.Exchange, Properties, Body(1), IsLent: false)).AsTask());

        Assert.Equal([1UL], await WriteNextAsync());
        Assert.Equal((1, 0), (_written!.Assembled, _written.Overflowed));
    }

    [Fact]
    public async Task The_overflow_holds_eight_mebibytes()
    {
        await FillAsync();
        var half = new byte[(OverflowBuffer.MaxBytes / 2) - Properties.Length];
        await StallAsync(5, half);
        AssertTaken(Offer(6, half));

        var offered = Offer(7);
        await _time.TimersSet.Reach(2);
        Assert.False(offered.IsCompleted, "it was not to be taken");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await offered.OrTooLate(), "there was no room for it");
        Assert.Equal(6UL, _intake.LastTag);
    }

    [Fact]
    public async Task A_larger_message_goes_to_the_overflow_alone()
    {
        await FillAsync();
        await StallAsync(5, new byte[3 * OverflowBuffer.MaxBytes]);

        var offered = Offer(6);
        await _time.TimersSet.Reach(2);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await offered.OrTooLate(), "there was no room for it");
    }

    [Fact]
    public async Task After_the_close_nothing_waits()
    {
        await FillAsync();
        var offered = Offer(5);
        await AssertWaitsAsync(offered);

        _handover.Close(discardFilling: true);

        Assert.True(await offered.OrTooLate());
        AssertTaken(Offer(6));
    }

    [Fact]
    public async Task After_the_close_nothing_of_the_overflow_is_written()
    {
        await StallAsync(5);
        _handover.Return(_written!);
        _handover.Close(discardFilling: false);

        var batch = await _handover.TakeAsync().AsTask().OrTooLate();
        Assert.Equal([3UL, 4UL], TagsOf(batch!));
        _handover.Return(batch!);
        Assert.Null(await _handover.TakeAsync().AsTask().OrTooLate());
    }

    [Fact]
    public void What_cannot_be_taken_in_is_reported_once_and_nothing_waits_for_it()
    {
        AssertTaken(Offer(1));
        AssertTaken(Offer(2, Unreadable()));
        AssertTaken(Offer(3));
        AssertTaken(Offer(4));

        Assert.Single(_failures);
        Assert.Equal(0, _time.TimersSet.Count);
    }

    [Fact]
    public async Task What_cannot_be_taken_in_after_a_wait_is_reported_once_and_nothing_waits_for_it()
    {
        await FillAsync();
        var offered = Offer(5, Unreadable());
        await AssertWaitsAsync(offered);
        await WriteNextAsync();

        Assert.True(await offered.OrTooLate());
        AssertTaken(Offer(6));
        Assert.Single(_failures);
    }

    [Fact]
    public async Task What_cannot_be_copied_is_reported_once_and_nothing_waits_for_it()
    {
        await FillAsync();
        await StallAsync(5, Unreadable());

        AssertTaken(Offer(6));
        Assert.Single(_failures);
    }

    [Fact]
    public void A_redelivered_order_keeps_its_place_whatever_the_schedule() => ForAny.Case(
        choices => new Story(choices),
        story => string.Join(", ", story.Told),
        story => story.RunAndCheckAsync().GetAwaiter().GetResult(),
        cases: 200);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task As_fast_as_it_goes_the_order_is_the_brokers(bool isInAHurry)
    {
        const ulong Last = 20_000;
        var time = new RecordingTimeProvider { IsInAHurry = isInAHurry };
        var handover = new BatchHandover(NewBatch(20), NewBatch(20), TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var failures = new List<Exception>();
        var intake = new DeliveryIntake(handover, time, failures.Add);

        var written = Task.Run(() => WriteAllAsync(handover, Last, isInAHurry ? null : time));
        await Task.Run(() => ReceiveAsync(Last, intake)).OrTooLate("a delivery was never answered");

        AssertConsecutive(Last, await written.OrTooLate("not everything was written"));
        Assert.Equal(Last, intake.LastTag);
        Assert.Empty(failures);
    }

    private static OrderBatch NewBatch(int maxDeliveries = MaxBatch) => new(maxDeliveries, 1024 * 1024);

    // The connection's receive loop.
    private static async Task ReceiveAsync(ulong last, DeliveryIntake intake)
    {
        for (var tag = 1UL; tag <= last; tag++)
        {
            while (!await OfferAsync(intake, tag))
            {
                // It is offered again.
            }
        }
    }

    // The write loop, and now and then a second that passes while a batch is written.
    private static async Task<List<ulong>> WriteAllAsync(BatchHandover handover, ulong last, FakeTimeProvider? time)
    {
        var random = new Random(19);
        var tags = new List<ulong>();
        while ((ulong)tags.Count < last && await handover.TakeAsync() is { } batch)
        {
            tags.AddRange(TagsOf(batch));
            if (random.Next(3) == 0)
            {
                await Task.Yield();
                time?.Advance(TimeSpan.FromSeconds(1));
            }

            handover.Return(batch);
        }

        return tags;
    }

    private static void AssertConsecutive(ulong last, List<ulong> tags)
    {
        Assert.Equal(last, (ulong)tags.Count);
        for (var i = 0; i < tags.Count; i++)
        {
            Assert.True(tags[i] == (ulong)i + 1, $"place {i + 1} is taken by {tags[i]}");
        }
    }

    private static List<ulong> TagsOf(OrderBatch batch)
    {
        var tags = CopyReader.ReadKeys(batch.CopyData.Span).ConvertAll(key => TagOf(key.OrderId));
        Assert.Equal(batch.LastTag, tags[^1]);
        return tags;
    }

    // The order's id is the delivery's tag, so that a batch tells what is in it.
    private static byte[] Body(ulong tag)
    {
        var id = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, tag);
        return Some.Body(Some.Order with { OrderId = new Guid(id, bigEndian: true) });
    }

    private static ulong TagOf(Guid orderId) => BinaryPrimitives.ReadUInt64BigEndian(orderId.ToByteArray(bigEndian: true));

    private static ReadOnlyMemory<byte> Unreadable() => new UnreadableMemory(Some.Body()).Memory;

    private static Task<bool> OfferAsync(DeliveryIntake intake, ulong tag, ReadOnlyMemory<byte>? body = null) =>
        intake.TakeAsync(new ReceivedDelivery(tag, false, Some.Exchange, Properties, body ?? Body(tag), IsLent: true)).AsTask();

    private static void AssertTaken(Task<bool> offered) => Assert.True(offered is { IsCompletedSuccessfully: true, Result: true }, "it was not taken at once");

    private void Failed(Exception unforeseen)
    {
        _failures.Add(unforeseen);
        _handover.Close(discardFilling: true);
    }

    private Task<bool> Offer(ulong tag, ReadOnlyMemory<byte>? body = null) => OfferAsync(_intake, tag, body);

    /// <summary>Messages 1 to 4: a batch that is being written, and one that is full.</summary>
    private async Task FillAsync()
    {
        AssertTaken(Offer(1));
        AssertTaken(Offer(2));
        Assert.Equal([1UL, 2UL], await WriteNextAsync());
        AssertTaken(Offer(3));
        AssertTaken(Offer(4));
    }

    /// <summary>The batch that was being written is stored, and the next is taken.</summary>
    private async Task<List<ulong>> WriteNextAsync()
    {
        if (_written is not null)
        {
            _handover.Return(_written);
        }

        _written = await _handover.TakeAsync().AsTask().OrTooLate("there was nothing to write");
        return TagsOf(_written!);
    }

    private async Task AssertWaitsAsync(Task<bool> offered)
    {
        await _time.TimersSet.Reach(1);
        Assert.False(offered.IsCompleted, "it did not wait");
    }

    /// <summary>Both batches are full, and the first delivery without room has waited long enough.</summary>
    private async Task StallAsync(ulong tag, ReadOnlyMemory<byte>? body = null)
    {
        if (_written is null)
        {
            await FillAsync();
        }

        var offered = Offer(tag, body);
        await AssertWaitsAsync(offered);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await offered.OrTooLate(), "it was not taken");
    }
}
