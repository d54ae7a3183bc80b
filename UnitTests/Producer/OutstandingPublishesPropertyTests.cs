using Infrastructure.RabbitMq.Publishing;
using UnitTests.Support;

namespace UnitTests.Producer;

/// <summary>The books against a broker that answers in every order, refuses, returns, and goes away.</summary>
public sealed class OutstandingPublishesPropertyTests
{
    [Fact]
    public void Every_accepted_message_ends_exactly_once_as_confirmed_or_as_failed() => ForAny.Case(
        choices => new Story(choices),
        story => string.Join(", ", story.Told),
        story => story.RunAndCheck(),
        cases: 2_000);

    /// <summary>Random steps, then an end. The model is the plainest there is: who was stored, who failed, who was sent on this channel.</summary>
    private sealed class Story(Choices choices)
    {
        private readonly OutstandingPublishes _books = new(window: choices.Between(1, 9), maxBytes: 100, new FakeTimeProvider());
        private readonly Dictionary<ulong, (string Id, long Number)> _channel = [];
        private readonly HashSet<string> _confirmed = [];
        private readonly HashSet<string> _failed = [];
        private readonly HashSet<string> _returned = [];
        private int _accepted;
        private ulong _sequence;
        private int _epoch;
        private long _lastSent = -1;

        public List<string> Told { get; } = [];

        public void RunAndCheck()
        {
            for (var steps = choices.Between(1, 60); steps > 0; steps--)
            {
                Step();
            }

            End();
            var counts = _books.Counts;
            Assert.True(_books.IsEmpty);
            Assert.Equal(_accepted, counts.Accepted);
            Assert.Equal(_confirmed.Count, counts.Confirmed);
            Assert.Equal(_failed.Count, counts.Unconfirmed);
            Assert.Equal(_accepted, _confirmed.Count + _failed.Count);
        }

        private void Step()
        {
            switch (choices.Below(9))
            {
                case 0 or 1:
                    Add();
                    break;
                case 2 or 3:
                    Send();
                    break;
                case 4 or 5:
                    Answer(isAck: true);
                    break;
                case 6:
                    Answer(isAck: false);
                    break;
                case 7:
                    Return();
                    break;
                default:
                    Retire(choices.Rarely(3) ? "blamed" : null);
                    break;
            }

            TakeFailed();
        }

        private void Add()
        {
            var isAdded = _books.TryAdd($"m{_accepted}", new byte[choices.Below(60)], 0, _accepted, out _);
            Told.Add(isAdded ? $"add m{_accepted}" : "add refused");
            _accepted += isAdded ? 1 : 0;
        }

        private void Send()
        {
            _books.TakeRefusals();
            if (_books.TryTakeNext(choices.Between(1, 9), out var publish))
            {
                Told.Add($"send {publish.MessageId}");
                Assert.DoesNotContain(publish.MessageId, _confirmed);
                Assert.DoesNotContain(publish.MessageId, _failed);
                Assert.DoesNotContain(_channel.Values, sent => sent.Id == publish.MessageId);
                _channel[++_sequence] = (publish.MessageId, publish.Number);
                _lastSent = publish.Number;
            }
        }

        private void Answer(bool isAck)
        {
            var sequence = (ulong)choices.Between(1, (int)_sequence + 1);
            var isMultiple = choices.Rarely(2);
            var epoch = choices.Rarely(6) ? _epoch - 1 : _epoch;
            Told.Add($"{(isAck ? "ack" : "nack")} {sequence}{(isMultiple ? "*" : "")} of channel {epoch}");
            _ = isAck ? _books.Ack(epoch, sequence, isMultiple) : _books.Nack(epoch, sequence, isMultiple);
            if (epoch != _epoch || sequence > _sequence)
            {
                return;
            }

            foreach (var settled in _channel.Keys.Where(sent => sent == sequence || (isMultiple && sent < sequence)).ToList())
            {
                var (id, _) = _channel[settled];
                _channel.Remove(settled);
                var isReturned = _returned.Remove(id);
                if (isAck && !isReturned)
                {
                    Assert.True(_confirmed.Add(id));
                }
            }
        }

        private void Return()
        {
            if (_channel.Count > 0)
            {
                var (id, _) = _channel.Values.ElementAt(choices.Below(_channel.Count));
                Told.Add($"return {id}");
                _books.Return(_epoch, id);
                _returned.Add(id);
            }
        }

        private void Retire(string? blame)
        {
            Told.Add($"retire {blame}");
            _books.Retire(blame);
            _channel.Clear();
            _returned.Clear();
            _sequence = 0;
            _epoch++;
        }

        private void TakeFailed()
        {
            while (_books.TryTakeFailed(out var failed))
            {
                Assert.DoesNotContain(failed.MessageId, _confirmed);
                Assert.True(_failed.Add(failed.MessageId));
                _books.Release(failed);
            }
        }

        private void End()
        {
            if (choices.Rarely(2))
            {
                Told.Add("give up");
                _books.GiveUp("over");
                TakeFailed();
                return;
            }

            // A broker that is well again: whatever is sent is confirmed, and everything comes in order.
            Retire(null);
            _lastSent = -1;
            while (!_books.IsEmpty)
            {
                var before = _lastSent;
                Send();
                Assert.True(_lastSent > before, "nothing is sent, or not in order");
                Assert.True(_confirmed.Add(_channel[_sequence].Id));
                _books.Ack(_epoch, _sequence, multiple: false);
                _channel.Clear();
            }
        }
    }
}
