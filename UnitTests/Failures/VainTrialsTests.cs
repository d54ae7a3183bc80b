using System.Text;
using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Failures;
using Worker.Intake;

namespace UnitTests.Failures;

/// <summary>What each broker says of a message of the dead queue, as it was seen, and what follows from it.</summary>
public sealed class VainTrialsTests
{
    [Theory]
    [InlineData("rejected", 1, 1)]
    [InlineData("delivery_limit", 2, 2)]
    [InlineData(null, 3, 3)]
    public void RabbitMQ_3_counts_anew_in_the_dead_queue(string? death, long delivered, long trials)
    {
        Assert.Equal(trials, VainTrials.Of(Delivery(death, delivered, acquired: null), isCarried: false));
    }

    [Theory]

    // Two vain deliveries and the rejection come along; the acquisitions do only the first time.
    [InlineData("rejected", 3, 3, 0)]
    [InlineData("rejected", 3, 2, 0)]
    [InlineData("rejected", 4, 1, 1)]
    [InlineData("rejected", 5, 2, 2)]
    [InlineData("rejected", 6, 3, 3)]

    // Connections were lost again and again before a lane came to look at it.
    [InlineData("rejected", 15, 14, 0)]
    [InlineData("rejected", 16, 1, 1)]
    [InlineData("rejected", 17, 2, 2)]

    // Lanes had given it back with a word many times.
    [InlineData("rejected", 3, 40, 0)]

    [InlineData("delivery_limit", 21, 21, 0)]
    [InlineData("delivery_limit", 22, 1, 1)]
    [InlineData("delivery_limit", 23, 2, 2)]

    // A publisher's word for what a lane rejected.
    [InlineData("delivery_limit", 3, 3, 0)]
    [InlineData("delivery_limit", 5, 2, 2)]

    // Given back twice, because the database was away.
    [InlineData("delivery_limit", 21, 2, 0)]

    // Expired, or published there: it was never in vain before.
    [InlineData("expired", 1, 1, 1)]
    [InlineData(null, 2, 2, 2)]
    public void RabbitMQ_4_3_goes_on_counting(string? death, long delivered, long acquired, long trials)
    {
        Assert.Equal(trials, VainTrials.Of(Delivery(death, delivered, acquired), isCarried: true));
    }

    [Theory]
    [InlineData("rejected", 3, 0)]
    [InlineData("rejected", 1, 1)]
    [InlineData("rejected", 2, 2)]
    [InlineData("delivery_limit", 21, 0)]
    [InlineData("delivery_limit", 1, 1)]
    [InlineData("delivery_limit", 2, 2)]
    [InlineData(null, 2, 2)]
    public void RabbitMQ_4_0_shows_the_old_count_once_and_then_its_own(string? death, long delivered, long trials)
    {
        Assert.Equal(trials, VainTrials.Of(Delivery(death, delivered, acquired: null), isCarried: true));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("rejected")]
    [InlineData("delivery_limit")]
    public void What_was_not_handed_out_before_was_not_tried(string? death)
    {
        var first = Delivery(death, delivered: 1000, acquired: 1000) with { Redelivered = false };

        Assert.Equal((0, 0), (VainTrials.Of(first, isCarried: false), VainTrials.Of(first, isCarried: true)));
    }

    [Fact]
    public void A_count_that_only_a_publisher_has_written_is_not_believed()
    {
        Assert.Equal(0, VainTrials.Of(Delivery(death: null, delivered: 1000, acquired: null), isCarried: true));
        Assert.False(Delivery(death: null, delivered: 1000, acquired: 1).IsSuspect);
        Assert.True(Delivery(death: null, delivered: 2, acquired: 2).IsSuspect);
        Assert.True(Delivery(death: null, delivered: 2, acquired: null).IsSuspect);
    }

    private static Delivery Delivery(string? death, long delivered, long? acquired)
    {
        var headers = new Dictionary<string, object?> { [MessageHeaders.DeliveryCount] = delivered };
        if (acquired is not null)
        {
            headers[MessageHeaders.AcquiredCount] = acquired;
        }

        if (death is not null)
        {
            headers[MessageHeaders.FirstDeathReason] = Encoding.UTF8.GetBytes(death);
        }

        return Some.Delivery(1, Some.Body(), redelivered: true, new BasicProperties { Headers = headers });
    }
}
