using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

public sealed partial class DeliveryIntakeTests
{
    /// <summary>
    /// Random steps of all who take part, each as far as it gets before the next: the receive loop, the write loop, the clock.
    /// </summary>
    private sealed class Story
    {
        private readonly Choices _choices;
        private readonly FakeTimeProvider _time = new();
        private readonly BatchHandover _handover;
        private readonly List<Exception> _failures = [];
        private readonly List<ulong> _written = [];
        private DeliveryIntake? _intake;
        private Task<bool>? _offered;
        private Task<OrderBatch?>? _taking;
        private ulong _tag;

        public Story(Choices choices)
        {
            _choices = choices;
            var linger = TimeSpan.FromSeconds(choices.Below(3));
            _handover = new BatchHandover(NewBatch(), NewBatch(), linger, _time);
            Told.Add($"linger {linger}");
        }

        public List<string> Told { get; } = [];

        public async Task RunAndCheckAsync()
        {
            _intake = new DeliveryIntake(_handover, _time, _failures.Add);
            for (var steps = _choices.Between(1, 60); steps > 0; steps--)
            {
                await StepAsync();
                Settle();
            }

            await EndAsync().OrTooLate("not everything was written");
            Assert.Empty(_failures);
            AssertConsecutive(_tag, _written);
        }

        private async Task StepAsync()
        {
            var step = _choices.Below(8);
            if (step <= 3 && _offered is null)
            {
                Told.Add($"offer {++_tag}");
                _offered = OfferAsync(_intake!, _tag);
            }
            else if (step is 5 or 6)
            {
                Told.Add("write");
                _taking ??= _handover.TakeAsync().AsTask();
            }
            else if (step == 7)
            {
                Told.Add("a second passes");
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            // Whoever was woken gets a chance to run before the next step, or does not: both happen in the world.
            if (_choices.Rarely(2))
            {
                await Task.Yield();
            }
        }

        private void Settle()
        {
            if (_offered is { IsCompleted: true } answered)
            {
                Assert.True(answered.GetAwaiter().GetResult(), "the overflow has room for these");
                _offered = null;
            }

            if (_taking is { IsCompleted: true } taken)
            {
                _taking = null;
                var batch = taken.GetAwaiter().GetResult()!;
                _written.AddRange(TagsOf(batch));
                _handover.Return(batch);
            }
        }

        // Everything goes on until nothing is left to be written.
        private async Task EndAsync()
        {
            Told.Add("end");
            while (_offered is not null || (ulong)_written.Count < _tag)
            {
                _taking ??= _handover.TakeAsync().AsTask();
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
                Settle();
            }
        }
    }
}
