namespace Vortex.Runs;

/// <summary>Brings what became of a batch to the run's orchestration.</summary>
public interface IBatchResults
{
    /// <summary>Reports an outcome. Once this returns it is not lost; reporting one (batch, dispatch) twice changes nothing.</summary>
    ValueTask ReportAsync(BatchOutcome outcome, CancellationToken cancellationToken = default);
}
