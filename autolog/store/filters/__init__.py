"""The grammar of MLflow's search filters: comparisons of a run's values, joined by `and`.

`metrics.accuracy > 0.9 and params.C = '1.0' and tags."my tag" LIKE '%a%' and status = 'FINISHED'`
"""
