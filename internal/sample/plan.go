package sample

// pledgeShare of the number of recommendations, per cent, are added as pledges.
const pledgeShare = 4

// reviewSizes says how many recommendations each review gets. Sessions get theirs by the
// model; within a session States differ by up to a factor of four.
func (k *maker) reviewSizes(reviews []review, recommendations int) []int {
	perSession := make([]int, lastSession+1)
	within := make([][]int, lastSession+1)
	for _, rv := range reviews {
		perSession[rv.session] += k.sizes[rv.session]
		within[rv.session] = append(within[rv.session], 40+k.IntN(61)+k.IntN(61))
	}
	var sizes []int
	for session, total := range share(recommendations, perSession) {
		sizes = append(sizes, share(total, within[session])...)
	}
	return sizes
}

// pledgeCounts says how many pledges each review gets: only the first two cycles have some.
func (k *maker) pledgeCounts(reviews []review, recommendations int) []int {
	weights := make([]int, len(reviews))
	for i, rv := range reviews {
		if rv.cycle <= 2 {
			weights[i] = k.IntN(1000)
		}
	}
	return share(recommendations*pledgeShare/100, weights)
}
